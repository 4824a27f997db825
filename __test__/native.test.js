'use strict'

// Each case runs in its own process, which pretends to be another machine before it requires us.

const assert = require('node:assert/strict')
const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { describe, test } = require('node:test')
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

test('a runtime without external memory, as Electron is one, has an error that says so', () => {
  const program = `
    const native = require.resolve('./lib/native')
    const binding = require(native)
    // what Rust does where it cannot share memory
    const unshared = (name) => (...args) => {
      const result = binding[name](...args)
      if (ArrayBuffer.isView(result)) throw new Error('this runtime allows no external memory')
      return result
    }
    const functions = Object.keys(binding).map((name) => [name, unshared(name)])
    require.cache[native].exports = Object.fromEntries(functions)
    const calls = [
      () => require('.'),
      () => new (require('./prom-client').Counter)({ name: 'a_total', help: 'Help' }),
      () => new (require('./opentelemetry').MeterProvider)(),
    ]
    for (const call of calls) {
      try {
        call()
        console.log('nothing was thrown')
      } catch ({ code, message }) {
        console.log(code, message)
      }
    }
  `
  const said = execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })
  const message = 'this runtime does not support external memory, which Tallystick needs (Electron, for example)'
  assert.equal(said, `ERR_TALLYSTICK_BINARY ${message}\n`.repeat(3))
})

describe('where Node.js may not load addons', { skip: process.versions.bun && 'Bun has no such options' }, () => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const program = `
    const { collectDefaultMetrics, metrics } = require(${JSON.stringify(root)})
    metrics.inc('a')
    collectDefaultMetrics()
    metrics.prometheus().then(({ body }) => process.stdout.write(body))
  `

  /** @param {string[]} options */
  function run(...options) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', ...options, '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })
    return { stdout, stderr }
  }

  for (const [options, remedy] of [
    [[permission, '--allow-fs-read=*'], 'with --allow-addons'],
    [['--no-addons'], 'without --no-addons'],
  ]) {
    test(`because of ${options[0]}, the error names the remedy`, () => {
      const { stdout, stderr } = run(...options)
      assert.equal(stdout, '')
      assert.match(stderr, new RegExp(`binary for \\S+ did not load: .* is disabled \\(start Node.js ${remedy}\\)`))
      assert.match(stderr, /code: 'ERR_TALLYSTICK_BINARY'/)
    })
  }

  test('except with --allow-addons, everything works, and reads no file but those of the package', () => {
    const { stdout, stderr } = run(permission, '--allow-addons', `--allow-fs-read=${path.join(root, '*')}`)
    assert.match(stdout, /^a_total 1$/m, stderr)
    assert.match(stdout, /^process_resident_memory_bytes \d+$/m)
  })
})

describe('an app without a binary for its machine', () => {
  const preload = process.versions.bun ? '--preload' : '--require'

  for (const [file, code] of [
    ['auto.js', 'TALLYSTICK_AUTO'],
    [path.join('opentelemetry', 'register.js'), 'TALLYSTICK_OPENTELEMETRY'],
  ]) {
    test(`runs without metrics and with a warning if ${file} is loaded before it`, () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-native-'))
      try {
        for (const entry of ['package.json', 'index.js', 'auto.js', 'opentelemetry', 'lib']) {
          fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true })
        }
        fs.writeFileSync(path.join(folder, 'app.js'), `console.log('the app runs')`)
        const { status, stdout, stderr } = spawnSync(process.execPath, [preload, `./${file}`, 'app.js'], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, TALLYSTICK_PORT: '0' },
        })
        assert.equal(status, 0, stderr)
        assert.equal(stdout, 'the app runs\n')
        assert.match(stderr, new RegExp(code))
        assert.match(stderr, /the tallystick binary for \S+ is missing: install the package/)
      } finally {
        fs.rmSync(folder, { recursive: true })
      }
    })
  }
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
