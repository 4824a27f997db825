// Typed usages of the HTTP metrics. Never run: it only has to compile.

import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import {
  Collector,
  honoRoutes,
  type InstrumentHttpOptions,
  instrument,
  koaRoutes,
  serve,
  setHttpRoute,
} from 'tallystick'
import 'tallystick/auto'

const options: InstrumentHttpOptions = { collector: new Collector(), client: false, buckets: [5, 50, 500] }
const stop: () => void = instrument(options)
instrument()
instrument({ servers: [createServer(), createServer2()] })
// @ts-expect-error a switch is true or false
instrument({ server: 'yes' })
// @ts-expect-error an unknown option
instrument({ path: '/metrics' })
// @ts-expect-error not a server
instrument({ servers: [{}] })

createServer((request) => setHttpRoute(request, '/users/:id'))
setHttpRoute(new Request('http://localhost'), undefined)
// @ts-expect-error the route is a pattern
setHttpRoute({}, /users/)

const server = serve({ port: 0, fetch: () => new Response() })
server.stop()
serve<{ port: number }>({ routes: {} }, { collector: new Collector() }).port.toFixed()
// @ts-expect-error not an option of ours
serve({}, { client: true })

const middleware: (context: object, next: () => Promise<void>) => Promise<void> = honoRoutes()
const another: (context: object, next: () => Promise<unknown>) => Promise<void> = koaRoutes()
