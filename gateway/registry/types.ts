import type { NotificationChannel } from '#alerting/notification/notification-channel.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { Role, TokenScope } from '../contract.ts'

/** The plant model as the gateway holds it; instants in epoch ms. */
export interface OrganizationRow {
  readonly id: string
  readonly name: string
  readonly kind: 'district' | 'town' | 'village' | 'enterprise'
  readonly parentId: string | null
  readonly createdAtMs: number
}

export interface SiteRow {
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly address: string
  readonly position: { readonly latitude: number; readonly longitude: number } | null
  readonly contactName: string
  readonly contactPhone: string
  readonly createdAtMs: number
}

export interface DeviceRow {
  readonly id: string
  readonly name: string
  readonly profileId: string
  readonly siteId: string
  readonly location: string
  /** Its concentrator, or what feeds it. */
  readonly attachedTo: string | null
  readonly createdAtMs: number
}

export interface PointDefinition {
  readonly name: string
  readonly label: { readonly zh: string; readonly en: string }
  readonly kind: 'number' | 'boolean'
  readonly unit: string | null
  readonly range: { readonly min: number; readonly max: number } | null
  readonly primary: boolean
}

export interface DeviceProfile {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly family: string
  readonly points: ReadonlyMap<string, PointDefinition>
  readonly silentAfterMs: number
  readonly builtIn: boolean
}

/** Who acts: a person in a session, or a program with a token. */
export interface Principal {
  readonly userId: string
  readonly username: string
  readonly role: Role
  /** Sees this organization and all below it; null: everything. */
  readonly organizationId: string | null
  readonly scopes: ReadonlySet<TokenScope>
}

export interface ChannelRow {
  readonly id: string
  readonly kind: NotificationChannel['kind']
  readonly name: string
  readonly enabled: boolean
  readonly gradeMax: Grade
  readonly organizationId: string | null
  readonly config: Readonly<Record<string, unknown>>
  readonly createdAtMs: number
}
