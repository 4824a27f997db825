// A simulated pool of four workers. Describe your own in the same way, with values or functions.

const started = Date.now()
const workers = ['active', 'active', 'idle', 'creating'].map((state, at) => ({
  id: `worker-${at}`,
  app: 'demo',
  state,
}))

export const pool = {
  size: 8,
  workers: () => workers.map((worker) => ({ ...worker, requests: 0, uptime: (Date.now() - started) / 1000 })),
}
