"""What becomes of HR's deliveries: extensions, and messages to people. They are received in handlers/hr."""
