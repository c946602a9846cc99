"""Reports for people: the calls of a day or week, and the registered phones, as a picture and in words.

pbx/reports/ counts them. drawing.py draws them: panels.py has the two parts of the picture, canvas.py what these are drawn with,
scales.py the axes, looks.py the colours and patterns, svg.py the elements; picture.py makes a PNG of it, with the letters in
font/. words.py and table.py say the same in words and numbers. asked.py reads what is typed behind `/ext report`, which
command.py answers; messages.py is what people read in Slack, sending.py has it sent. weekly.py sends one every
Monday, weekly_command.py chooses where to. jobs.py has what the listener does for reports.
"""
