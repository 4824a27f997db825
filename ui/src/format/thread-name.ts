// The name of a thread. Its label is a number, unless the app has recorded another one: untrusted text.

import type { Speech } from '../text/language'

const MOST_CHARACTERS = 24
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export function threadName(thread: { thread: string } | undefined, t: Speech['t']): string {
  if (thread === undefined || thread.thread === '') return t('mainThread')
  return t('threadName', { number: thread.thread.replaceAll(DIRECTIONS, '').slice(0, MOST_CHARACTERS) })
}
