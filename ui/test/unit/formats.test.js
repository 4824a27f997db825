// Formatted numbers, in both languages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Formats } from '../../src/format/formats.ts'
import { valueFormat } from '../../src/format/series-format.ts'
import { english } from '../../src/text/english.ts'
import { portuguese } from '../../src/text/portuguese.ts'

const british = new Formats('en-GB')
const brazilian = new Formats('pt-BR')

/** @type {[method: string, value: unknown, english: string, portuguese?: string][]} */
const expected = [
  ['bytes', 0, '0 B'],
  ['bytes', 1023, '1,023 B', '1.023 B'],
  ['bytes', 1024, '1.0 KiB', '1,0 KiB'],
  ['bytes', 52_428_800, '50.0 MiB', '50,0 MiB'],
  ['bytes', 1024 ** 2 - 1, '1.0 MiB', '1,0 MiB'],
  ['bytes', 500 * 1024 ** 3, '500 GiB'],
  ['bytes', undefined, '–'],
  ['millis', 0, '0 ms'],
  ['millis', 0.000_25, '250 ns'],
  ['millis', 0.0123, '12.3 µs', '12,3 µs'],
  ['millis', 1, '1 ms'],
  ['millis', 999.9, '1 s'],
  ['millis', 1234, '1.23 s', '1,23 s'],
  ['millis', 90_000, '1.5 min', '1,5 min'],
  ['millis', Number.NaN, '–'],
  ['seconds', 0.25, '250 ms'],
  ['seconds', null, '–'],
  ['span', 0.4, '0 s'],
  ['span', 59.9, '59 s'],
  ['span', 61, '1 min 1 s'],
  ['span', 3600, '1 h'],
  ['span', 90_061, '1 d 1 h'],
  ['span', null, '–'],
  ['rate', 0, '0.0/s', '0,0/s'],
  ['rate', 12.34, '12.3/s', '12,3/s'],
  ['rate', 99.96, '100/s'],
  ['rate', null, '–'],
  ['percent', 0.605, '60.5%', '60,5%'],
  ['percent', 1, '100%'],
  ['count', 1_234_567.8, '1,234,567.8', '1.234.567,8'],
  ['compact', 12_345, '12.3k', '12,3k'],
  ['compact', 999_600, '1M'],
  ['compact', 4_000_000_000, '4G'],
  ['compact', -1500, '-1.5k', '-1,5k'],
]

for (const [method, value, inEnglish, inPortuguese = inEnglish] of expected) {
  test(`${method} of ${value} is ${inEnglish}`, () => {
    const plain = (text) => text.replaceAll('\u00a0', ' ').toUpperCase()
    assert.equal(plain(british[method](value)), plain(inEnglish))
    assert.equal(plain(brazilian[method](value)), plain(inPortuguese))
  })
}

test('a million has a capital letter, because a lower-case one is a thousandth', () => {
  assert.deepEqual([british.compact(2_500_000), british.rate(2_500_000)], ['2.5M', '2.5M/s'])
  assert.deepEqual([brazilian.compact(2_500_000), brazilian.rate(2_500_000)], ['2,5M', '2,5M/s'])
})

test("a value has its series' unit, if there is one", () => {
  const shown = (unit) => valueFormat(/** @type {any} */ ({ kind: 'gauge', unit }), british)(2048)
  const units = [undefined, '1', '{request}', 'By', 'bytes', 's', 'rows', '{packet}/s']
  assert.deepEqual(units.map(shown), [
    '2,048',
    '2,048',
    '2,048',
    '2.0 KiB',
    '2.0 KiB',
    '34.1 min',
    '2,048 rows',
    '2,048 /s',
  ])
})

test('both languages have the same texts with the same placeholders', () => {
  const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  assert.deepEqual(Object.keys(portuguese), Object.keys(english))
  for (const [name, text] of Object.entries(english)) {
    assert.deepEqual(values(portuguese[name]), values(text), name)
    assert.ok(portuguese[name].length > 0, name)
  }
})
