// State that is shared by the views, until the page is closed.

import { PoolHistory } from './pool-history'
import { SeriesHistory } from './series-history'

export const poolHistory = new PoolHistory()
export const seriesHistory = new SeriesHistory()
