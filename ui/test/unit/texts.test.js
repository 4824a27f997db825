// The texts of the page.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { english } from '../../src/text/english.ts'

const sources = path.join(import.meta.dirname, '..', '..', 'src')

test('every text is used', () => {
  const files = readdirSync(sources, { recursive: true })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('text'))
    .map((file) => readFileSync(path.join(sources, file), 'utf8'))
  assert.ok(files.length > 0)
  const used = new Set(files.flatMap((text) => [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name)))
  assert.deepEqual(
    Object.keys(english).filter((name) => !used.has(name)),
    [],
  )
})
