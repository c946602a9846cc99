"""Every kind of message, window and App Home as a picture: `make pictures`."""
