'use strict'

// Servers that answer as PostgreSQL and Redis do, as far as clients need it.

const { once } = require('node:events')
const net = require('node:net')

/** @param {(socket: net.Socket) => void} serve */
async function listen(serve) {
  const server = net.createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** A message of PostgreSQL's protocol. @param {string} type @param {...(string | Buffer)} parts */
function message(type, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

/** Answers each simple query with no rows. */
function postgres() {
  const ready = message('Z', 'I')
  return listen((socket) => {
    let isStarted = false
    socket.on('error', () => {})
    socket.on('data', (data) => {
      if (!isStarted) {
        isStarted = true
        socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]))
      } else if (data[0] === 'Q'.charCodeAt(0)) {
        socket.write(Buffer.concat([message('C', 'SELECT 0\0'), ready]))
      } else socket.end()
    })
  })
}

/** What Redis answers to a command. @param {string[]} command */
function answerOf([name, ...rest]) {
  switch (name.toUpperCase()) {
    case 'INFO': {
      const text = 'redis_version:7.4.0\r\nmaxmemory_policy:noeviction\r\nloading:0\r\n'
      return `$${text.length}\r\n${text}\r\n`
    }
    case 'HELLO':
      return '%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n'
    case 'EVALSHA':
    case 'EVAL':
      // the counts of jobs by state
      return '*2\r\n:3\r\n:1\r\n'
    default:
      return rest.length >= 0 ? '+OK\r\n' : ''
  }
}

/** Splits what arrived into commands: arrays of texts with their lengths. @param {string} text */
function commandsOf(text) {
  const commands = []
  let rest = text
  for (let found = /^\*(\d+)\r\n/.exec(rest); found; found = /^\*(\d+)\r\n/.exec(rest)) {
    let at = found[0].length
    const words = []
    for (let word = 0; word < Number(found[1]); word++) {
      const length = /^\$(\d+)\r\n/.exec(rest.slice(at))
      if (length === null || rest.length < at + length[0].length + Number(length[1]) + 2) return { commands, rest }
      at += length[0].length
      words.push(rest.slice(at, at + Number(length[1])))
      at += Number(length[1]) + 2
    }
    commands.push(words)
    rest = rest.slice(at)
  }
  return { commands, rest }
}

function redis() {
  return listen((socket) => {
    let pending = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const { commands, rest } = commandsOf(pending + data.toString('latin1'))
      pending = rest
      for (const command of commands) socket.write(answerOf(command))
    })
  })
}

module.exports = { postgres, redis }
