import type { Channel, DeviceWithCredential } from '#gateway/contract.ts'
import type { ApiClient } from '../api-client.ts'
import type { FleetMember } from '../fleet.ts'
import type { DemoState } from './demo-state.ts'
import { DISTRICT, planDistrict } from './district.ts'
import { createHazardSources } from './hazard-sources.ts'

/** Telephones of those on duty in the demonstration; numbers of no network. */
const DUTY_PHONES = ['10000000001', '10000000002']
const SMS_CHANNEL_ID = 'demo-sms'
const REQUESTS_AT_ONCE = 8

export const DEMO_ACCOUNTS = [
  {
    username: 'district',
    displayName: '区应急局值班员',
    role: 'supervisor',
    organizationId: DISTRICT.id,
    what: 'supervisor of the whole district',
  },
  {
    username: 'dongyuan',
    displayName: '东园镇安全员',
    role: 'supervisor',
    organizationId: 'town-dongyuan',
    what: 'supervisor of the town 东园镇',
  },
  {
    username: 'chaoxin',
    displayName: '潮信化工操作员',
    role: 'operator',
    organizationId: 'chaoxin',
    what: 'operator of the enterprise 潮信',
  },
] as const

export interface Provisioned {
  readonly members: readonly FleetMember[]
  /** How many things had to be made; 0 at a later start. */
  readonly created: number
}

/**
 * Makes the district through the HTTP API as an operator would, and only what is missing: a second
 * start finds everything in place.
 */
export async function provisionDistrict(options: {
  readonly api: ApiClient
  readonly state: DemoState
  readonly smsUrl: string
}): Promise<Provisioned> {
  const { api, state, smsUrl } = options
  const plan = planDistrict()
  let created = 0
  // Parents stand before their children in the plan; one after the other keeps it that way.
  created += await createMissing(api, '/organizations', plan.organizations, { atOnce: 1 })
  created += await createMissing(api, '/sites', plan.sites, { atOnce: REQUESTS_AT_ONCE })
  try {
    created += await createDevices(api, state, plan.devices)
    created += await createAccounts(api, state)
  } finally {
    await state.save()
  }
  created += await createHazardSources(api)
  created += await ensureSmsChannel(api, smsUrl)
  const members = plan.devices.map(({ id, profileId, siteId }) => {
    const token = state.tokenOf(id)
    if (token === undefined) throw new Error(`no token of ${id}`)
    return { deviceId: id, token, profileId, siteId }
  })
  return { members, created }
}

async function createMissing(
  api: ApiClient,
  path: string,
  drafts: readonly { readonly id: string }[],
  { atOnce }: { readonly atOnce: number },
): Promise<number> {
  const present = await idsAt(api, path)
  const missing = drafts.filter(({ id }) => !present.has(id))
  await eachAtOnce(missing, atOnce, async (draft) => await api.post(path, draft))
  return missing.length
}

async function createDevices(
  api: ApiClient,
  state: DemoState,
  drafts: ReturnType<typeof planDistrict>['devices'],
): Promise<number> {
  const present = await idsAt(api, '/devices')
  const wanted = drafts.filter(({ id }) => !present.has(id) || state.tokenOf(id) === undefined)
  await eachAtOnce(wanted, REQUESTS_AT_ONCE, async (draft) => {
    if (present.has(draft.id)) {
      // The device is there but its token is not known any more: it gets a new one.
      const { token } = await api.post<{ token: string }>(`/devices/${draft.id}/credential`)
      state.setToken(draft.id, token)
    } else {
      const device = await api.post<DeviceWithCredential>('/devices', draft)
      state.setToken(draft.id, device.credential.token)
    }
  })
  return wanted.length
}

async function createAccounts(api: ApiClient, state: DemoState): Promise<number> {
  const present = await api.list<{ id: string; username: string }>('/users')
  const unknown = DEMO_ACCOUNTS.filter(
    ({ username }) =>
      !state.hasPassword(username) || !present.some((user) => user.username === username),
  )
  for (const { what: _what, ...account } of unknown) {
    const password = state.passwordOf(account.username)
    const user = present.find(({ username }) => username === account.username)
    if (user === undefined) await api.post('/users', { ...account, password })
    else await api.patch(`/users/${user.id}`, { password })
  }
  return unknown.length
}

/** The sink may have another port than last time. */
async function ensureSmsChannel(api: ApiClient, url: string): Promise<number> {
  const channels = await api.list<Channel>('/channels')
  const channel = channels.find(({ id }) => id === SMS_CHANNEL_ID)
  const config = { url, phones: DUTY_PHONES }
  if (channel === undefined) {
    await api.post('/channels', {
      kind: 'sms',
      id: SMS_CHANNEL_ID,
      name: '演示短信网关',
      gradeMax: 3,
      config,
    })
    return 1
  }
  if (channel.config.url !== url) await api.patch(`/channels/${SMS_CHANNEL_ID}`, { config })
  return 0
}

async function idsAt(api: ApiClient, path: string): Promise<ReadonlySet<string>> {
  return new Set((await api.list<{ id: string }>(path)).map(({ id }) => id))
}

/** Works through the items in order, so many at a time. */
async function eachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
