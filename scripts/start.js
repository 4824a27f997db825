'use strict'

// `npm start -- <arguments>`: sets up and runs the tile server.

const Module = require('node:module')
const path = require('node:path')
const { main, root } = require('./command')
const { setUp } = require('./setup')

main(setUp)

// In this process, so that Ctrl-C and kill reach the server itself.
process.argv[1] = path.join(root, 'examples', 'tile-server', 'main.js')
Module.runMain()
