"""Where the message has been: the Received fields, the route, the border."""
