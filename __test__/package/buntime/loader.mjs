// Loads plugins as Buntime does: finds them in folders by their manifest, copies and imports them, creates them with the manifest's
// content, and initialises them. A plugin that fails is logged, and the others are loaded.

import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const INIT_TIMEOUT = 30_000
const BASE = /^\/[a-zA-Z0-9_-]+$/
const RESERVED = ['/api', '/.well-known']
/** The manifest fields that a plugin's function does not receive. */
const METADATA = ['name', 'version', 'enabled', 'entrypoint', 'dependencies', 'optionalDependencies']

/** @returns {{ plugin: object, folder: string }[]} */
export async function loadPlugins({ pluginDirs, pool, poolSize, logger }) {
  const loaded = []
  for (const { folder, manifest, entry } of pluginDirs.flatMap(scan)) {
    if (manifest.enabled === false) continue
    try {
      loaded.push({ folder, plugin: await load({ manifest, entry, pluginDirs, pool, poolSize, logger }) })
    } catch (error) {
      logger.error(`Failed to load plugin "${manifest.name}", continuing with remaining plugins`, {
        error: String(error),
      })
    }
  }
  return loaded
}

/** The subfolders with a manifest and an entry; those in a scope are one level deeper. */
function scan(pluginDir) {
  const names = readdirSync(pluginDir).filter((name) => !name.startsWith('.'))
  const folders = names.map((name) => path.join(pluginDir, name)).filter((folder) => statSync(folder).isDirectory())
  return folders.flatMap((folder) => (path.basename(folder).startsWith('@') ? scan(folder) : found(folder)))
}

function found(folder) {
  const file = ['manifest.yaml', 'manifest.yml'].map((name) => path.join(folder, name)).find(existsSync)
  if (file === undefined) return []
  const manifest = Bun.YAML.parse(readFileSync(file, 'utf8'))
  const entries = [manifest.pluginEntry, 'plugin.ts', 'plugin.js', 'index.ts', 'index.js'].filter(Boolean)
  const entry = entries.map((name) => path.join(folder, name)).find(existsSync)
  return manifest.name && entry ? [{ folder, manifest, entry }] : []
}

async function load({ manifest, entry, pluginDirs, pool, poolSize, logger }) {
  const options = Object.fromEntries(Object.entries(manifest).filter(([name]) => !METADATA.includes(name)))
  const implementation = await implementationOf(await import(importable(entry)), options)
  if (manifest.base && manifest.base !== '/' && !BASE.test(manifest.base)) {
    throw new Error(`Plugin "${manifest.name}" has invalid base path "${manifest.base}"`)
  }
  if (RESERVED.includes(manifest.base)) throw new Error(`Plugin "${manifest.name}" cannot use a reserved path`)
  const plugin = { ...manifest, ...implementation }
  await initialised(plugin, {
    config: options,
    globalConfig: { pluginDirs, workerDirs: [], poolSize },
    logger,
    pool,
    getPlugin: () => undefined,
    runtime: { api: '/api', version: '1.1.0' },
  })
  await plugin.provides?.()
  return plugin
}

/** A plugin is loaded from a copy next to its entry, named by its content, so that a changed one is imported again. */
function importable(entry) {
  try {
    const hash = createHash('sha256').update(readFileSync(entry)).digest('hex').slice(0, 16)
    const { dir, name, ext } = path.parse(entry)
    const copy = path.join(dir, `.buntime-${name}-${hash}${ext}`)
    if (!existsSync(copy)) copyFileSync(entry, copy)
    return pathToFileURL(copy).href
  } catch {
    return `${pathToFileURL(entry).href}?mtime=${statSync(entry).mtimeMs}`
  }
}

/** Follows `default` while there is one; a resulting function creates the implementation. */
function implementationOf(module, options) {
  if ('default' in module) return implementationOf(module.default, options)
  return typeof module === 'function' ? module(options) : module
}

async function initialised(plugin, context) {
  if (!plugin.onInit) return
  let timer
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Plugin "${plugin.name}" initialization timed out`)), INIT_TIMEOUT)
  })
  await Promise.race([plugin.onInit(context), timeout])
  clearTimeout(timer)
}
