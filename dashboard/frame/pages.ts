import type { Role } from '../../gateway/contract.ts'
import type { zh } from '../i18n/zh.ts'
import type { IconName } from '../ui/icons.tsx'

export interface PageLink {
  readonly name: Extract<keyof (typeof zh)['nav'], IconName>
  readonly path: string
  /** For whom it is; everybody when it does not say. */
  readonly role?: Role
}

/**
 * What the navigation offers: first what is watched, then the work that comes of it, then what is
 * set up once. Self-check is not `/health`: there the gateway answers machines.
 */
const PAGE_GROUPS: readonly (readonly PageLink[])[] = [
  [
    { name: 'alarms', path: '/alarms' },
    { name: 'map', path: '/map' },
    { name: 'devices', path: '/devices' },
    { name: 'history', path: '/history' },
  ],
  [
    { name: 'windows', path: '/service-windows' },
    { name: 'handovers', path: '/handovers' },
    { name: 'performance', path: '/performance' },
    { name: 'hazards', path: '/hazard-sources' },
  ],
  [
    { name: 'rules', path: '/rules' },
    { name: 'enterprises', path: '/enterprises' },
    { name: 'accounts', path: '/accounts', role: 'administrator' },
    { name: 'notifications', path: '/notifications' },
    { name: 'health', path: '/self-check' },
  ],
]

export function pageGroupsOf(role: Role): readonly (readonly PageLink[])[] {
  return PAGE_GROUPS.map((group) =>
    group.filter((page) => page.role === undefined || page.role === role),
  )
}

/** A phone's bar holds four, and a fifth that opens the rest. */
export const PHONE_PAGES_MAX = 4
