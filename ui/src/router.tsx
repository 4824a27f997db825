// The views and their addresses. An address contains the selections of its view, as plain text.

import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { basePath } from './data/address'
import { CardinalityPage } from './pages/CardinalityPage'
import { Overview } from './pages/Overview'
import { SeriesPage } from './pages/SeriesPage'
import { ThreadsPage } from './pages/ThreadsPage'
import { TimingsPage } from './pages/TimingsPage'
import { TracePage } from './pages/TracePage'
import { WorkersPage } from './pages/WorkersPage'
import { Failed, NotFound } from './parts/Fault'
import { Shell } from './parts/Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Failed })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Overview,
  validateSearch: (search) => texts(search, ['span']),
})

const timings = createRoute({
  getParentRoute: () => root,
  path: '/timings',
  component: TimingsPage,
  validateSearch: (search) => texts(search, ['key', 'q', 'sort', 'span', 'a', 'b']),
})

const threads = createRoute({
  getParentRoute: () => root,
  path: '/threads',
  component: ThreadsPage,
  validateSearch: (search) => texts(search, ['thread', 'span']),
})

const cardinality = createRoute({ getParentRoute: () => root, path: '/cardinality', component: CardinalityPage })

const workers = createRoute({
  getParentRoute: () => root,
  path: '/workers',
  component: WorkersPage,
  validateSearch: (search) => texts(search, ['id', 'q', 'state', 'sort']),
})

const series = createRoute({
  getParentRoute: () => root,
  path: '/series',
  component: SeriesPage,
  validateSearch: (search) => texts(search, ['key', 'q', 'prefix', 'after', 'span', 'a', 'b']),
})

const trace = createRoute({
  getParentRoute: () => root,
  path: '/trace',
  component: TracePage,
  validateSearch: (search) => texts(search, ['q']),
})

/** The parameters that are present and not empty. */
function texts<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const said = names
    .map((name) => [name, search[name]] as const)
    .filter(([, text]) => typeof text === 'string' && text !== '')
  return Object.fromEntries(said) as Partial<Record<Name, string>>
}

export const router = createRouter({
  routeTree: root.addChildren([overview, timings, threads, workers, series, cardinality, trace]),
  basepath: basePath || '/',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const said = Object.entries(search).filter(([, text]) => text !== undefined && text !== '')
    const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString()
    return text && `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
