// What the page says of its connection.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { afterResponse, afterStream } from '../../src/data/connection.ts'

const CONNECTING = { kind: 'connecting' }
const LOST = { kind: 'reconnecting', since: undefined }

describe('the connection of the page', () => {
  test('is stale since the response that came before the first event, if the stream had none', () => {
    const live = afterResponse(CONNECTING, undefined, 1000, false)
    assert.equal(live.kind, 'live')
    const lost = afterStream(live, LOST)
    assert.deepEqual(lost, { kind: 'reconnecting', since: 1000 })
    assert.deepEqual(afterStream(lost, LOST), lost)
    assert.deepEqual(afterStream(CONNECTING, LOST), LOST)
  })

  test('is stale since the latest event, if there was one', () => {
    const live = afterStream(afterResponse(CONNECTING, undefined, 1000, false), { kind: 'live' })
    const lost = { kind: 'reconnecting', since: 2000 }
    assert.deepEqual(afterStream(live, lost), lost)
    assert.deepEqual(afterStream(lost, { kind: 'live' }), { kind: 'live' })
  })

  test('is what the stream says, unless the view has none', () => {
    const lost = { kind: 'reconnecting', since: 2000 }
    assert.equal(afterResponse(lost, undefined, 3000, false), lost)
    assert.deepEqual(afterResponse(lost, undefined, 3000, true), { kind: 'live', since: 3000 })
    assert.deepEqual(afterResponse({ kind: 'live' }, 'response', 3000, true), { kind: 'reconnecting', since: 3000 })
    assert.equal(afterResponse(lost, 'response', 3000, true), lost)
  })
})
