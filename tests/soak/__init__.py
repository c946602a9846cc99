"""`make soak`: the whole product under load and in trouble, and at the end what everybody's own record says of it."""
