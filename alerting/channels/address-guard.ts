import { lookup } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** One address a name resolves to. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** Which receivers may be called. On-site systems have private addresses: then the setting allows them. */
export interface AddressPolicy {
  readonly allowPrivateReceivers: boolean
  /** Answers instead of the machine's own resolver. */
  readonly resolve?: Resolver
}

export class AddressRefusedError extends Error {
  constructor() {
    super('the receiver has a private, loop-back or link-local address')
    this.name = 'AddressRefusedError'
  }
}

/**
 * Whether an address belongs to this machine, its networks, or to nobody: everything that is not an
 * ordinary public host (IANA special-purpose registries). IPv6 forms that carry an IPv4 address are
 * judged by the address they carry.
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '')
  const family = isIP(bare)
  if (family === 0) return true
  return PRIVATE.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}

const PRIVATE_SUBNETS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96],
  // Translated and tunnelled IPv4 could reach anything behind a gateway.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const PRIVATE = blockListOf(PRIVATE_SUBNETS)

function blockListOf(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) {
    list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Refuses an address written into the URL itself, for which nothing is looked up. */
export function assertAllowedHost(hostname: string, policy: AddressPolicy): void {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 0 && !policy.allowPrivateReceivers && isPrivateAddress(bare)) {
    throw new AddressRefusedError()
  }
}

/**
 * Looks a name up for one connection and hands on only the addresses that are allowed, so that what
 * was checked is what is connected to: a second answer of the name server cannot slip in between.
 */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  const resolve = policy.resolve ?? ((hostname) => lookup(hostname, { all: true }))
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const allowed = found.filter(
          ({ address }) => policy.allowPrivateReceivers || !isPrivateAddress(address),
        )
        const first = allowed[0]
        if (first === undefined) callback(new AddressRefusedError(), [])
        else if (options.all) callback(null, [...allowed])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
}
