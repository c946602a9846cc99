"""What publish() is made of: the desired state of each row, the plan, its verification, and what came of it."""
