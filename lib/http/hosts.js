'use strict'

// The host names that a service answers to. A web page of any site can make a browser send requests to this machine or network, with
// a name of its own that resolves to an address here (DNS rebinding). Such a request has that name in its Host header.

const { BlockList, isIP } = require('node:net')

/** @typedef {import('../pool/config').Config['allowedHosts']} AllowedHosts */

const inside = new BlockList()
inside.addSubnet('127.0.0.0', 8)
inside.addSubnet('10.0.0.0', 8)
inside.addSubnet('172.16.0.0', 12)
inside.addSubnet('192.168.0.0', 16)
inside.addSubnet('169.254.0.0', 16)
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')
inside.addSubnet('fe80::', 10, 'ipv6')

/**
 * Whether a request may be answered. If it arrived at a public address, or if the address is unknown and no names are configured,
 * any host name will do.
 * @param {Pick<import('../http/types').HttpRequest, 'host' | 'localAddress'>} request
 * @param {AllowedHosts} allowed
 */
function isHostAllowed({ host, localAddress }, allowed) {
  const isChecked = localAddress === undefined ? allowed !== null : isInside(localAddress)
  // browsers always send a host
  return allowed === true || !isChecked || host === undefined || isAuthorityAllowed(host, allowed ?? [])
}

/** Whether an address is of this machine or of a private network. @param {string} address */
function isInside(address) {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const family = isIP(plain)
  return family !== 0 && inside.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

/** @param {string} authority a name or an address, maybe with a port @param {readonly string[]} allowed in lower case */
function isAuthorityAllowed(authority, allowed) {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(authority) ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  const name = (plain ?? '').toLowerCase().replace(/\.$/, '')
  return isIP(name) === 4 || isNameOf(name, '.localhost') || allowed.some((each) => isNameOf(name, each))
}

/** @param {string} name @param {string} allowed a name; with a dot before it, also the names below it */
function isNameOf(name, allowed) {
  return allowed.startsWith('.') ? name === allowed.slice(1) || name.endsWith(allowed) : name === allowed
}

module.exports = { isHostAllowed }
