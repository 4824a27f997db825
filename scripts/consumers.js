'use strict'

// Tools of our users, which the packed package is tested with: each set in a project of its own under target/consumers/. As
// devDependencies they would make `npm ci` five times as large.

const fs = require('node:fs')
const path = require('node:path')
const { root, runNpm } = require('./command')

/** @type {Record<string, string[]>} packages by project */
const consumers = {
  linters: ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'],
  bundlers: ['esbuild@0.28.2', 'vite@8.3.8'],
  frameworks: [
    'express@5.3.0',
    'express4@npm:express@4.22.3',
    'fastify@5.12.8',
    'fastify4@npm:fastify@4.29.1',
    'hono@4.13.19',
    '@hono/node-server@2.1.8',
    'koa@3.3.0',
    '@koa/router@15.7.0',
    '@nestjs/core@12.5.1',
    '@nestjs/common@12.5.1',
    '@nestjs/platform-express@12.5.1',
    '@nestjs/platform-fastify@12.5.0',
    'reflect-metadata@0.2.2',
    'rxjs@7.8.2',
    'undici@7.30.2',
  ],
  next: ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', 'express@5.3.0'],
  bullmq: ['bullmq@6.7.0', 'ioredis@5.11.1'],
  // the newest Piscina is a devDependency; this is the last version without its event for new workers
  pools: ['piscina-4@npm:piscina@4.9.4', 'tinypool@2.2.0', 'workerpool@10.0.3'],
  buntime: ['hono@4.13.19'],
  jest: ['jest@30.5.2'],
  // the newest that supports Node 20, and the newest
  'vitest-4': ['vitest@4.1.12'],
  'vitest-5': ['vitest@5.1.1'],
  'prom-client': ['prom-client@15.1.3', '@prometheus-io/client@0.16.1'],
  opentelemetry: [
    '@opentelemetry/api@1.10.0',
    '@opentelemetry/sdk-metrics@3.1.1',
    '@opentelemetry/sdk-trace@3.1.1',
    '@opentelemetry/exporter-prometheus@0.301.0',
    '@opentelemetry/otlp-transformer@0.301.1',
    '@opentelemetry/instrumentation@0.301.0',
    '@opentelemetry/instrumentation-http@0.301.0',
    '@opentelemetry/instrumentation-undici@0.34.0',
    '@opentelemetry/instrumentation-pg@0.77.0',
    '@opentelemetry/instrumentation-redis@0.72.0',
    '@opentelemetry/instrumentation-runtime-node@0.37.0',
    '@opentelemetry/host-metrics@0.39.0',
    'bullmq@6.7.0',
    'bullmq-otel@2.0.1',
    'ioredis@6.0.0',
    'pg@8.23.1',
    'redis@6.3.1',
    'undici@7.30.2',
  ],
  // packages that use prom-client, and it
  'prom-client-wrappers': [
    'prom-client@15.1.3',
    'express@5.3.0',
    'express-prom-bundle@8.0.0',
    'fastify@5.12.8',
    'fastify-metrics@13.2.1',
    '@promster/express@14.0.0',
    '@promster/metrics@15.6.0',
    '@nestjs/core@12.5.1',
    '@nestjs/common@12.5.1',
    '@nestjs/platform-express@12.5.1',
    'reflect-metadata@0.2.2',
    'rxjs@7.8.2',
    '@willsoto/nestjs-prometheus@6.1.1',
    'hono@4.13.19',
    '@hono/prometheus@1.0.3',
  ],
  'hdr-histogram-js': ['hdr-histogram-js@3.0.1'],
}

/** The folder of a project. */
function consumerFolder(/** @type {string} */ name) {
  return path.join(root, 'target', 'consumers', name)
}

/**
 * Makes a project, unless it exists.
 * @param {string} name
 * @returns {string | undefined} why it cannot be created here
 */
function setUpConsumer(name) {
  const folder = consumerFolder(name)
  const stamp = path.join(folder, 'installed.txt')
  const wanted = consumers[name].join('\n')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return undefined
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  try {
    const options = ['--save-dev', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel', 'error']
    runNpm(['install', ...options, ...consumers[name]], { cwd: folder })
  } catch {
    return `npm cannot install ${consumers[name].join(' and ')}`
  }
  fs.writeFileSync(stamp, wanted)
  return undefined
}

module.exports = { consumerFolder, setUpConsumer }
