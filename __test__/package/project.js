'use strict'

// A user's project: an empty folder, or one with a user's tools, into which the packed package is installed without a network.

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { pack } = require('../../scripts/pack')
const { consumerFolder } = require('../../scripts/consumers')
const { platformName } = require('../../lib/platform')
const { name } = require('../../package.json')

const root = path.resolve(__dirname, '..', '..')
const platformPackage = `${name}-${platformName()}`

class Project {
  /** @type {string} */
  folder
  /** @type {{ name: string, tarball: string }[]} the package, and that of this platform */
  packed

  /**
   * @param {string} [tools] the name of a folder of scripts/consumers.js; without it, an empty folder that is removed at the end
   */
  constructor(tools) {
    this.folder = tools ? consumerFolder(tools) : fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-project-'))
    if (!tools) fs.writeFileSync(path.join(this.folder, 'package.json'), '{ "private": true }')
    const tarballs = path.join(this.folder, 'tarballs')
    fs.rmSync(tarballs, { recursive: true, force: true })
    this.packed = pack(tarballs).filter((each) => [name, platformPackage].includes(each.name))
    this.#install()
  }

  /** Copies the files of the folder `name` next to the project's package.json. @param {string} name */
  copy(name) {
    fs.cpSync(path.join(__dirname, name), this.folder, { recursive: true })
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  /** @param {string} file in the project @param {string} text */
  write(file, text) {
    fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true })
    fs.writeFileSync(path.join(this.folder, file), text)
  }

  /** @param {string[]} args */
  node(...args) {
    return this.run(process.execPath, args)
  }

  /**
   * Runs a program in the project.
   * @param {string} program @param {string[]} args
   * @returns {string} what it printed, without its errors
   * @throws Error with its whole output, if it does not end with 0 within two minutes
   */
  run(program, args) {
    // The npm that runs our tests passes the repository as the project to its children.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_TEST_CONTEXT|NODE_OPTIONS|FORCE_COLOR)/i.test(key)),
    )
    try {
      return execFileSync(program, args, {
        cwd: this.folder,
        env: { ...env, NO_COLOR: '1' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 120_000,
      })
    } catch (error) {
      const { stdout, stderr, message } = /** @type {any} */ (error)
      throw new Error(`${message}\n${stdout}${stderr}`)
    }
  }

  /** Installs without a network and without npm's cache. */
  #install() {
    // An earlier run's copy has the same version, so npm would keep it.
    for (const each of [name, platformPackage, '.package-lock.json']) {
      fs.rmSync(path.join(this.folder, 'node_modules', each), { recursive: true, force: true })
    }
    const offline = ['--offline', '--cache', path.join(this.folder, 'cache')]
    const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--no-update-notifier']
    const cli = process.env.npm_execpath
    const [program, first] = cli?.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []]
    this.run(program, [...first, 'install', ...offline, ...quiet, ...this.packed.map(({ tarball }) => tarball)])
  }
}

module.exports = { Project, platformPackage, root }
