// Times stand in the server's zone; show them in the reader's.
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.textContent = at.toLocaleString("en-GB", {dateStyle: "medium", timeStyle: "short"});
      time.title = at.toString();
    }
  }
}
