export * from 'tallystick/prometheus-io-client'
