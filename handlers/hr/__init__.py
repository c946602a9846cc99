"""Where HR systems tell of employees: POST /webhooks/hr/<source>."""
