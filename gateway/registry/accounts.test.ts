import { describe, expect } from 'vitest'
import { HTTP_LIMITS, REGISTRY_LIMITS } from '#config/limits.ts'
import { Secret } from '#config/secret.ts'
import { Accounts } from './accounts.ts'
import { test as registryTest } from './registry.suite.ts'
import type { Principal } from './types.ts'

/** Next to no work, so that a test may log in often. */
const CHEAP = { blocks: 16, blockSize: 1, passes: 1 }
const PASSWORD = 'correct horse battery'
const admin = { username: 'admin', password: PASSWORD, address: '10.0.0.1' }

const test = registryTest.extend<{ readonly accounts: Accounts }>({
  accounts: async ({ database, clock, district }, use) => {
    const accounts = new Accounts({
      database,
      clock,
      organizationExists: (id) => district.organization(id) !== null,
      scryptCost: CHEAP,
    })
    await accounts.start({ adminPassword: new Secret(PASSWORD) })
    await use(accounts)
  },
})

const lin = {
  username: 'Lin',
  displayName: '林',
  password: 'another password',
  role: 'operator',
  organizationId: 'plant-1',
  language: 'zh',
} as const

async function principalOf(accounts: Accounts): Promise<Principal> {
  return (await accounts.login(admin)).principal
}

describe('the first account', () => {
  test('has the password that was set', async ({ accounts }) => {
    const { account, principal } = await accounts.login(admin)
    expect(account).toMatchObject({
      username: 'admin',
      role: 'administrator',
      organizationId: null,
    })
    expect(principal.scopes).toEqual(new Set(['read', 'operate', 'manage', 'ingest', 'administer']))
  })

  test('has a random password where none was set, told this once', async ({ database, clock }) => {
    const options = { database, clock, organizationExists: () => false, scryptCost: CHEAP }
    const first = new Accounts(options)
    const { printedPassword } = await first.start({ adminPassword: null })
    expect(printedPassword).toMatch(/^[\w-]{20}$/)
    await first.login({ ...admin, password: printedPassword ?? '' })
    const again = new Accounts(options)
    expect(await again.start({ adminPassword: null })).toEqual({ printedPassword: null })
    await again.login({ ...admin, password: printedPassword ?? '' })
  })

  test('keeps its password when the setting changes later', async ({
    accounts,
    database,
    clock,
  }) => {
    expect(accounts.userByName('ADMIN')?.username).toBe('admin')
    const again = new Accounts({
      database,
      clock,
      organizationExists: () => true,
      scryptCost: CHEAP,
    })
    await again.start({ adminPassword: new Secret('something else') })
    await again.login(admin)
  })
})

describe('users', () => {
  test('are kept without their password', async ({ accounts, database }) => {
    const user = await accounts.createUser(lin)
    expect(user).toEqual({ id: user.id, ...lin, password: undefined })
    expect(
      accounts
        .listUsers({ limit: 10 })
        .items.map(({ username }) => username)
        .sort(),
    ).toEqual(['Lin', 'admin'])
    const rows = await database.kysely.selectFrom('users').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(lin.password)
  })

  test.for(['lin', 'LIN', 'system', 'System'])(
    'the name %s is taken',
    async (username, { accounts }) => {
      await accounts.createUser(lin)
      const created = accounts.createUser({ ...lin, username })
      await expect(created).rejects.toMatchObject({ code: 'already_exists' })
    },
  )

  test('belong to an organization that exists', async ({ accounts }) => {
    const created = accounts.createUser({ ...lin, organizationId: 'nowhere' })
    await expect(created).rejects.toMatchObject({ code: 'organization_unknown' })
  })

  test('one administrator remains', async ({ accounts }) => {
    const id = accounts.userByName('admin')?.id ?? ''
    const last = { code: 'last_administrator' }
    await expect(accounts.removeUser(id)).rejects.toMatchObject(last)
    await expect(accounts.patchUser(id, { role: 'viewer' })).rejects.toMatchObject(last)
    await accounts.createUser({ ...lin, role: 'administrator' })
    await accounts.removeUser(id)
    expect(accounts.user(id)).toBeNull()
  })
})

describe('log-in', () => {
  test('is refused alike for an unknown user and a wrong password', async ({ accounts }) => {
    const refusal = { code: 'credentials_wrong', message: 'User name or password is wrong.' }
    await expect(accounts.login({ ...admin, password: 'wrong' })).rejects.toMatchObject(refusal)
    await expect(accounts.login({ ...admin, username: 'nobody' })).rejects.toMatchObject(refusal)
  })

  test('does the same work for an unknown user', async ({ database, clock }) => {
    const accounts = new Accounts({ database, clock, organizationExists: () => true })
    await accounts.start({ adminPassword: new Secret(PASSWORD) })
    const durationOf = async (username: string) => {
      const begin = performance.now()
      await accounts.login({ ...admin, username, password: 'wrong' }).catch(() => undefined)
      return performance.now() - begin
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let round = 0; round < 4; round += 1) {
      known.push(await durationOf('admin'))
      unknown.push(await durationOf('nobody'))
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2)
  })

  test('is bounded per address and user name, and opens again after a minute', async ({
    accounts,
    clock,
  }) => {
    const wrong = { ...admin, password: 'wrong' }
    for (let count = 0; count < HTTP_LIMITS.loginAttemptsPerMinute; count += 1) {
      await expect(accounts.login(wrong)).rejects.toMatchObject({ code: 'credentials_wrong' })
    }
    await clock.advanceBy(20_000)
    await expect(accounts.login({ ...admin, username: 'ADMIN' })).rejects.toMatchObject({
      code: 'too_many_attempts',
      details: { retryAfterMs: 40_000 },
    })
    await accounts.login({ ...admin, address: '10.0.0.2' })
    await clock.advanceBy(40_000)
    await accounts.login(admin)
  })

  test('guesses sent side by side do not slip through', async ({ accounts }) => {
    const guesses = Array.from({ length: 50 }, () =>
      accounts.login({ ...admin, password: 'wrong' }).catch((error) => error.code),
    )
    const codes = await Promise.all(guesses)
    const tried = codes.filter((code) => code === 'credentials_wrong')
    expect(tried).toHaveLength(HTTP_LIMITS.loginAttemptsPerMinute)
  })

  test('a flood from many addresses waits in a bounded queue', async ({ accounts }) => {
    const flood = Array.from({ length: 300 }, (_, index) =>
      accounts.login({ ...admin, address: `10.1.0.${index}` }).catch((error) => error.code),
    )
    const outcomes = await Promise.all(flood)
    const { loginsAtOnceMax, loginsWaitingMax } = REGISTRY_LIMITS
    const refused = outcomes.filter((outcome) => outcome === 'too_many_attempts')
    expect(refused).toHaveLength(300 - loginsAtOnceMax - loginsWaitingMax)
  })
})

describe('sessions', () => {
  test('last twelve hours', async ({ accounts, clock }) => {
    const { token, expiresAtMs } = await accounts.login(admin)
    expect(expiresAtMs).toBe(clock.nowMs() + 12 * 3_600_000)
    await clock.advanceTo(expiresAtMs - 1)
    expect(accounts.session(token)?.account.username).toBe('admin')
    await clock.advanceTo(expiresAtMs)
    expect(accounts.session(token)).toBeNull()
  })

  test('survive a restart and are stored as a hash', async ({ accounts, database, clock }) => {
    const { token } = await accounts.login(admin)
    const again = new Accounts({
      database,
      clock,
      organizationExists: () => true,
      scryptCost: CHEAP,
    })
    await again.start({ adminPassword: null })
    expect(again.session(token)?.principal.username).toBe('admin')
    const rows = await database.kysely.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('end by logging out, and the live connections are told', async ({ accounts }) => {
    const { token, account } = await accounts.login(admin)
    const told: string[] = []
    accounts.onRevoke((userId) => told.push(userId))
    await accounts.logout(token)
    await accounts.logout(token)
    expect(accounts.session(token)).toBeNull()
    expect(told).toEqual([account.id])
  })

  test('end with a new password, of this user only', async ({ accounts, database }) => {
    const user = await accounts.createUser(lin)
    const own = await accounts.login({ username: 'lin', password: lin.password, address: 'a' })
    const other = await accounts.login(admin)
    const told: string[] = []
    accounts.onRevoke((userId) => told.push(userId))
    await accounts.patchUser(user.id, { displayName: '林工' })
    expect(accounts.session(own.token)).not.toBeNull()
    await accounts.patchUser(user.id, { password: 'a third password' })
    expect(accounts.session(own.token)).toBeNull()
    expect(accounts.session(other.token)).not.toBeNull()
    expect(told).toEqual([user.id])
    expect(await database.kysely.selectFrom('sessions').selectAll().execute()).toHaveLength(1)
    await accounts.login({ username: 'lin', password: 'a third password', address: 'a' })
  })

  test('a log-in that was under way when the password changed opens nothing that lasts', async ({
    accounts,
  }) => {
    const user = await accounts.createUser(lin)
    const change = accounts.patchUser(user.id, { password: 'a third password' })
    const login = accounts.login({ username: 'lin', password: lin.password, address: 'a' })
    await change
    // Which of the two is hashed first is the machine's; refused or opened and ended, it lets nobody in.
    const [outcome] = await Promise.allSettled([login])
    if (outcome.status === 'fulfilled') expect(accounts.session(outcome.value.token)).toBeNull()
    else expect(outcome.reason).toMatchObject({ code: 'credentials_wrong' })
  })

  test('end with a password of their own making, asked for by the present one', async ({
    accounts,
  }) => {
    await accounts.createUser(lin)
    const attempt = { username: 'lin', password: lin.password, address: 'a' }
    const { token } = await accounts.login(attempt)
    const wrong = { ...attempt, password: 'not this one' }
    await expect(accounts.changePassword(wrong, 'a third password')).rejects.toMatchObject({
      code: 'credentials_wrong',
    })
    expect(accounts.session(token)).not.toBeNull()
    await accounts.changePassword(attempt, 'a third password')
    expect(accounts.session(token)).toBeNull()
    await expect(accounts.login(attempt)).rejects.toMatchObject({ code: 'credentials_wrong' })
    await accounts.login({ ...attempt, password: 'a third password' })
  })

  test('an own change does not undo the one by an administrator meanwhile', async ({
    accounts,
  }) => {
    const { id } = await accounts.createUser(lin)
    const attempt = { username: 'lin', password: lin.password, address: 'a' }
    const own = accounts.changePassword(attempt, 'chosen by lin')
    const reset = accounts.patchUser(id, { password: 'given by the administrator' })
    const [outcome] = await Promise.allSettled([own, reset])
    // Whichever came first: the one that has to be right in the end is the administrator's.
    if (outcome.status === 'rejected') {
      expect(outcome.reason).toMatchObject({ code: 'credentials_wrong' })
    }
    await accounts.login({ ...attempt, password: 'given by the administrator' })
  })

  test('follow the rights of the account as they are now', async ({ accounts }) => {
    const user = await accounts.createUser(lin)
    const { token } = await accounts.login({
      username: 'lin',
      password: lin.password,
      address: 'a',
    })
    await accounts.patchUser(user.id, { role: 'viewer', organizationId: 'town-2' })
    const principal = accounts.session(token)?.principal
    expect(principal).toMatchObject({ role: 'viewer', organizationId: 'town-2' })
    expect(principal?.scopes).toEqual(new Set(['read']))
  })

  test('the oldest of too many ends', async ({ accounts, clock }) => {
    const tokens: string[] = []
    for (let count = 0; count <= HTTP_LIMITS.sessionsPerUserMax; count += 1) {
      tokens.push((await accounts.login(admin)).token)
      await clock.advanceBy(1)
    }
    const standing = tokens.filter((token) => accounts.session(token) !== null)
    expect(standing).toEqual(tokens.slice(1))
  })

  test('end with the user', async ({ accounts }) => {
    const user = await accounts.createUser(lin)
    const { token } = await accounts.login({
      username: 'lin',
      password: lin.password,
      address: 'a',
    })
    await accounts.removeUser(user.id)
    expect(accounts.session(token)).toBeNull()
  })
})

describe('API tokens', () => {
  test('open with their scopes, until they expire', async ({ accounts, clock }) => {
    const principal = await principalOf(accounts)
    const expiresAt = new Date(clock.nowMs() + 1_000).toISOString()
    const created = await accounts.createToken(principal, {
      name: 'report',
      scopes: ['read', 'read'],
      expiresAt,
    })
    expect(created.token).toMatch(/^vigil_[\w-]{43}$/)
    expect(accounts.principalOfToken(created.token)).toMatchObject({
      username: 'admin',
      scopes: new Set(['read']),
    })
    const { token: _, ...shown } = created
    expect(accounts.listTokens(principal)).toEqual([shown])
    await clock.advanceBy(1_000)
    expect(accounts.principalOfToken(created.token)).toBeNull()
  })

  test('survive a restart, stored as a hash', async ({ accounts, database, clock }) => {
    const { token } = await accounts.createToken(await principalOf(accounts), {
      name: 'report',
      scopes: ['read', 'operate'],
    })
    const again = new Accounts({
      database,
      clock,
      organizationExists: () => true,
      scryptCost: CHEAP,
    })
    await again.start({ adminPassword: null })
    expect(again.principalOfToken(token)?.scopes).toEqual(new Set(['read', 'operate']))
    const rows = await database.kysely.selectFrom('api_tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('cannot do more than their owner, also when the owner loses rights later', async ({
    accounts,
  }) => {
    const user = await accounts.createUser({ ...lin, role: 'supervisor', organizationId: null })
    const { principal } = await accounts.login({
      username: 'lin',
      password: lin.password,
      address: 'a',
    })
    const tooMuch = accounts.createToken(principal, { name: 'x', scopes: ['administer'] })
    await expect(tooMuch).rejects.toMatchObject({ code: 'scope_forbidden' })
    const { token } = await accounts.createToken(principal, {
      name: 'x',
      scopes: ['operate', 'read'],
    })
    await accounts.patchUser(user.id, { role: 'viewer' })
    expect(accounts.principalOfToken(token)?.scopes).toEqual(new Set(['read']))
  })

  test('are removed by their owner only', async ({ accounts }) => {
    const principal = await principalOf(accounts)
    const { id, token } = await accounts.createToken(principal, { name: 'x', scopes: ['read'] })
    const stranger = { ...principal, userId: 'somebody else' }
    await expect(accounts.removeToken(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    await accounts.removeToken(principal, id)
    expect(accounts.principalOfToken(token)).toBeNull()
  })
})
