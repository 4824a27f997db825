// What this page keeps across views, until it is closed.

import { PoolHistory } from './pool-history'
import { SeriesHistory } from './series-history'

export const poolHistory = new PoolHistory()
export const seriesHistory = new SeriesHistory()
