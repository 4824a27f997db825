// `tallystick/prometheus-io-client`: the types of @prometheus-io/client 0.16, which are also those of `tallystick/prom-client`.

export * from './prom-client'
