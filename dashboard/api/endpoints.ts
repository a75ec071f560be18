import type {
  Account,
  AlarmDetail,
  AlarmDto,
  ApiToken,
  Channel,
  ChannelDraft,
  Device,
  DeviceRule,
  DeviceWithCredential,
  Entrances,
  HandoverDetail,
  HandoverDto,
  HandoverSituation,
  Health,
  HistoryAnswer,
  LatestReadingDto,
  NotificationDto,
  Organization,
  PerformanceDto,
  Profile,
  ReadingsAnswer,
  RejectedMessage,
  Session,
  Site,
  SteadyingDto,
  ToldDto,
} from '../../gateway/contract.ts'
import { accountEndpoints } from './account-endpoints.ts'
import type { ApiClient, QueryValue } from './api-client.ts'
import { calendarEndpoints } from './calendar-endpoints.ts'
import { caseEndpoints } from './case-endpoints.ts'
import { dutyEndpoints } from './duty-endpoints.ts'
import { hazardEndpoints } from './hazard-endpoints.ts'
import { mapEndpoints } from './map-endpoints.ts'
import { ruleEndpoints } from './rule-endpoints.ts'
import { watchingEndpoints } from './watching-endpoints.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** A channel as the answer to its creation: with the secret, this once. */
export type CreatedChannel = Channel & { readonly secret: string | null }

export interface ReadingsQuery {
  readonly point: string
  readonly fromMs: number
  readonly toMs: number
  readonly every?: string
  readonly fn?: 'mean' | 'min' | 'max' | 'last' | 'count'
}

export interface HistoryQuery {
  /** `deviceId/point` each. */
  readonly series: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly buckets: number
}

type Query = Readonly<Record<string, QueryValue>>

const BASE = '/api/v1'
const PAGE_SIZE = 200
/** Devices offered while one types. */
const DEVICES_OFFERED = 30
/** The most one answer holds: an hour of five readings a second. */
const RAW_READINGS_MAX = 20_000

function on(id: string): string {
  return encodeURIComponent(id)
}

/** Every path of the gateway that the dashboard uses, in one place. */
export function createEndpoints(client: ApiClient) {
  return {
    ...sessionEndpoints(client),
    ...accountEndpoints(client),
    ...alarmEndpoints(client),
    ...caseEndpoints(client),
    ...calendarEndpoints(client),
    ...ruleEndpoints(client),
    ...plantEndpoints(client),
    ...deviceEndpoints(client),
    ...notificationEndpoints(client),
    ...hazardEndpoints(client),
    ...dutyEndpoints(client),
    ...watchingEndpoints(client),
    ...mapEndpoints(client),
    health: (signal?: AbortSignal) =>
      client.get<Health>('/health/ready', { alsoTake: [503], ...(signal && { signal }) }),
  }
}
export type Endpoints = ReturnType<typeof createEndpoints>

function sessionEndpoints(client: ApiClient) {
  return {
    logIn: (username: string, password: string) =>
      client.post<Session>(`${BASE}/sessions`, { username, password }),
    session: (signal: AbortSignal) => client.get<Session>(`${BASE}/sessions/current`, { signal }),
    createToken: (draft: { readonly name: string; readonly scopes: readonly string[] }) =>
      client.post<ApiToken>(`${BASE}/tokens`, draft),
    logOut: () => client.delete(`${BASE}/sessions/current`),
    users: (signal: AbortSignal) =>
      client.get<Page<Account>>(`${BASE}/users`, { query: { limit: PAGE_SIZE }, signal }),
  }
}

export type AlarmVerbPath =
  | 'acknowledge'
  | 'comments'
  | 'reset'
  | 'shelve'
  | 'unshelve'
  | 'assign'
  | 'close'

function alarmEndpoints(client: ApiClient) {
  return {
    alarms: (query: Query, signal: AbortSignal) =>
      client.get<Page<AlarmDto>>(`${BASE}/alarms`, {
        query: { limit: PAGE_SIZE, ...query },
        signal,
      }),
    handoverSituation: (signal: AbortSignal) =>
      client.get<HandoverSituation>(`${BASE}/handovers/situation`, { signal }),
    handovers: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<HandoverDto>>(`${BASE}/handovers`, { query: { cursor }, signal }),
    handover: (id: string, signal: AbortSignal) =>
      client.get<HandoverDetail>(`${BASE}/handovers/${on(id)}`, { signal }),
    signHandover: (draft: { readonly notes: string; readonly password: string }) =>
      client.post<HandoverDetail>(`${BASE}/handovers`, draft),
    acceptHandover: (
      id: string,
      signature: { readonly username: string; readonly password: string; readonly notes: string },
    ) => client.post<HandoverDetail>(`${BASE}/handovers/${on(id)}/accept`, signature),
    performance: (query: Query, signal: AbortSignal) =>
      client.get<PerformanceDto>(`${BASE}/performance`, { query, signal }),
    steadying: (query: Query, signal: AbortSignal) =>
      client.get<SteadyingDto>(`${BASE}/performance/steadying`, { query, signal }),
    told: (ids: string, signal: AbortSignal) =>
      client.get<{ readonly items: readonly ToldDto[] }>(`${BASE}/alarms/told`, {
        query: { ids },
        signal,
      }),
    alarm: (id: string, signal: AbortSignal) =>
      client.get<AlarmDetail>(`${BASE}/alarms/${on(id)}`, { signal }),
    alarmVerb: (id: string, verb: AlarmVerbPath, body: Readonly<Record<string, unknown>>) =>
      client.post<AlarmDto>(`${BASE}/alarms/${on(id)}/${verb}`, body),
  }
}

function plantEndpoints(client: ApiClient) {
  return {
    organizations: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Organization>>(`${BASE}/organizations`, {
        query: { limit: PAGE_SIZE, cursor },
        signal,
      }),
    createOrganization: (draft: object) =>
      client.post<Organization>(`${BASE}/organizations`, draft),
    changeOrganization: (id: string, patch: object) =>
      client.patch<Organization>(`${BASE}/organizations/${on(id)}`, patch),
    removeOrganization: (id: string) => client.delete(`${BASE}/organizations/${on(id)}`),
    sites: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Site>>(`${BASE}/sites`, { query: { limit: PAGE_SIZE, cursor }, signal }),
    createSite: (draft: object) => client.post<Site>(`${BASE}/sites`, draft),
    changeSite: (id: string, patch: object) => client.patch<Site>(`${BASE}/sites/${on(id)}`, patch),
    removeSite: (id: string) => client.delete(`${BASE}/sites/${on(id)}`),
    profiles: (signal: AbortSignal) =>
      client.get<Page<Profile>>(`${BASE}/profiles`, { query: { limit: PAGE_SIZE }, signal }),
  }
}

function deviceEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/devices/${on(id)}`
  return {
    devices: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Device>>(`${BASE}/devices`, { query: { limit: PAGE_SIZE, cursor }, signal }),
    devicesLike: (text: string, limit: number, signal: AbortSignal) =>
      client.get<Page<Device>>(`${BASE}/devices`, {
        query: { limit, text: text === '' ? undefined : text },
        signal,
      }),
    devicesFound: (text: string, signal: AbortSignal, profileId?: string) =>
      client.get<Page<Device>>(`${BASE}/devices`, {
        query: { limit: DEVICES_OFFERED, text: text === '' ? undefined : text, profileId },
        signal,
      }),
    device: (id: string, signal: AbortSignal) => client.get<Device>(path(id), { signal }),
    createDevice: (draft: object) => client.post<DeviceWithCredential>(`${BASE}/devices`, draft),
    changeDevice: (id: string, patch: object) => client.patch<Device>(path(id), patch),
    removeDevice: (id: string) => client.delete(path(id)),
    entrances: (signal: AbortSignal) => client.get<Entrances>(`${BASE}/entrances`, { signal }),
    rotateCredential: (id: string) =>
      client.post<{ readonly username: string; readonly token: string }>(
        `${path(id)}/credential`,
        {},
      ),
    latestReadings: (id: string, signal: AbortSignal) =>
      client.get<{ readonly items: readonly LatestReadingDto[] }>(`${path(id)}/latest`, { signal }),
    latestOfMany: (ids: readonly string[], signal: AbortSignal) =>
      client.get<{ readonly items: readonly LatestReadingDto[] }>(`${BASE}/readings/latest`, {
        query: { deviceIds: ids.join(',') },
        signal,
      }),
    rulesOfDevice: (id: string, signal: AbortSignal) =>
      client.get<{ readonly items: readonly DeviceRule[] }>(`${path(id)}/rules`, { signal }),
    rejectedMessages: (id: string, signal: AbortSignal) =>
      client.get<Page<RejectedMessage>>(`${path(id)}/rejected`, { signal }),
    history: (query: HistoryQuery, signal: AbortSignal) => {
      const series = query.series.map((each) => ['series', each])
      return client.get<HistoryAnswer>(
        `${BASE}/readings/history?${new URLSearchParams([
          ...series,
          ['from', String(query.fromMs)],
          ['to', String(query.toMs)],
          ['buckets', String(query.buckets)],
        ])}`,
        { signal },
      )
    },
    readings: (id: string, query: ReadingsQuery, signal: AbortSignal) =>
      client.get<ReadingsAnswer>(`${path(id)}/readings`, {
        query: {
          point: query.point,
          from: query.fromMs,
          to: query.toMs,
          every: query.every,
          fn: query.fn,
          limit: query.every === undefined ? RAW_READINGS_MAX : undefined,
        },
        signal,
      }),
  }
}

function notificationEndpoints(client: ApiClient) {
  return {
    notifications: (query: Query, signal: AbortSignal) =>
      client.get<Page<NotificationDto>>(`${BASE}/notifications`, {
        query: { limit: PAGE_SIZE, ...query },
        signal,
      }),
    sendAgain: (id: string) =>
      client.post<NotificationDto>(`${BASE}/notifications/${on(id)}/send-again`, {}),
    channels: (signal: AbortSignal) =>
      client.get<Page<Channel>>(`${BASE}/channels`, { query: { limit: PAGE_SIZE }, signal }),
    createChannel: (draft: ChannelDraft) => client.post<CreatedChannel>(`${BASE}/channels`, draft),
    updateChannel: (id: string, change: object) =>
      client.patch<Channel>(`${BASE}/channels/${on(id)}`, change),
    removeChannel: (id: string) => client.delete(`${BASE}/channels/${on(id)}`),
    testChannel: (id: string) => client.post<unknown>(`${BASE}/channels/${on(id)}/test`, {}),
  }
}
