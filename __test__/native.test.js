'use strict'

// Each case runs in its own process, which pretends to be another machine before it requires us.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const { version } = require('../package.json')

const root = path.resolve(__dirname, '..')

// [process.platform, process.arch, what /usr/bin/ldd says, the platform's name]
const machines = [
  ['linux', 'x64', 'ldd (GNU libc)', 'linux-x64-gnu'],
  ['linux', 'arm64', 'ldd (GNU libc)', 'linux-arm64-gnu'],
  ['linux', 'x64', 'musl libc (x86_64)', 'linux-x64-musl'],
  ['linux', 'arm64', 'musl libc (aarch64)', 'linux-arm64-musl'],
  ['darwin', 'x64', '', 'darwin-x64'],
  ['darwin', 'arm64', '', 'darwin-arm64'],
  ['win32', 'x64', '', 'win32-x64-msvc'],
  ['win32', 'arm64', '', 'win32-arm64-msvc'],
]

for (const [platform, arch, ldd, name] of machines) {
  test(`without a binary for ${name}, the error names it and its package`, () => {
    const { code, message, cause } = failureOn({ platform, arch, ldd })
    assert.equal(code, 'ERR_TALLYSTICK_BINARY')
    assert.match(
      message,
      new RegExp(`binary for ${name} is missing: install the package tallystick-${name}@${version} `),
    )
    assert.match(String(cause), new RegExp(`^Cannot find module 'tallystick-${name}'`))
  })
}

test('on a platform without a package, the error lists the supported ones', () => {
  const { code, message } = failureOn({ platform: 'freebsd', arch: 'riscv64', ldd: '' })
  assert.equal(code, 'ERR_TALLYSTICK_BINARY')
  assert.match(message, /^tallystick has no binary for freebsd-riscv64, only for linux-x64-gnu, .*: build it/)
})

test('a binary that exists and does not load is not called missing', () => {
  const { code, message } = failureOn({ platform: 'linux', arch: 'x64', ldd: 'ldd (GNU libc)', binary: 'no ELF file' })
  assert.equal(code, 'ERR_TALLYSTICK_BINARY')
  assert.match(message, /^the tallystick binary for linux-x64-gnu did not load: ./)
})

/**
 * The error of requiring the package on a machine, from a copy without our own binary.
 * @param {{ platform: string, arch: string, ldd: string, binary?: string }} machine
 * @returns {{ code: string, message: string, cause?: string }}
 */
function failureOn({ platform, arch, ldd, binary }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-native-'))
  try {
    for (const entry of ['package.json', 'lib']) {
      fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true })
    }
    if (binary) fs.writeFileSync(path.join(folder, `tallystick.${platform}-${arch}-gnu.node`), binary)
    fs.writeFileSync(path.join(folder, 'machine.js'), disguise(platform, arch, ldd))
    return JSON.parse(execFileSync(process.execPath, ['machine.js'], { cwd: folder, encoding: 'utf8' }))
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

/** @param {string} platform @param {string} arch @param {string} ldd */
function disguise(platform, arch, ldd) {
  return `
    const fs = require('node:fs')
    const { readFileSync } = fs
    fs.readFileSync = (file, ...rest) => (file === '/usr/bin/ldd' ? ${JSON.stringify(ldd)} : readFileSync(file, ...rest))
    for (const [key, value] of [['platform', '${platform}'], ['arch', '${arch}']]) Object.defineProperty(process, key, { value })
    try {
      require('./lib/native')
    } catch ({ code, message, cause }) {
      console.log(JSON.stringify({ code, message, cause: cause?.message }))
    }
  `
}
