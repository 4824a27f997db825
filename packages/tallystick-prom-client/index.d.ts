export * from 'tallystick/prom-client'
