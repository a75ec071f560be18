import { createContext, type ReactNode, use } from 'react'
import type { Account } from '../gateway/contract.ts'
import type { Endpoints } from './api/endpoints.ts'
import type { LiveLink, LiveStore } from './live/live-link.ts'
import type { LiveState } from './live/live-state.ts'
import type { PreferenceStore } from './preferences/preferences.ts'
import type { AlarmSound } from './sound/alarm-sound.ts'
import { type Store, useStore } from './store/store.ts'

export type SessionState =
  | { readonly kind: 'unknown' }
  /** `ended`: why, where somebody is told; null when the person asked for it, or had not been in. */
  | { readonly kind: 'out'; readonly ended: 'expired' | 'password-changed' | null }
  | { readonly kind: 'in'; readonly account: Account }

/** What the pages work with; made once in `main.tsx`. */
export interface Services {
  readonly api: Endpoints
  readonly live: LiveStore
  readonly link: LiveLink
  readonly sound: AlarmSound
  readonly preferences: PreferenceStore
  readonly session: Store<SessionState, SessionState>
  /** The gateway's clock, as well as this browser knows it; epoch ms. */
  readonly nowMs: () => number
  readonly ticker: Store<number, number>
}

const ServicesContext = createContext<Services | null>(null)

export function ServicesProvider(props: {
  readonly services: Services
  readonly children: ReactNode
}) {
  return <ServicesContext value={props.services}>{props.children}</ServicesContext>
}

export function useServices(): Services {
  const services = use(ServicesContext)
  if (services === null) throw new Error('useServices needs a ServicesProvider above it')
  return services
}

export function useLive<Part>(select: (state: LiveState) => Part): Part {
  return useStore(useServices().live, select)
}

/** The account of the session; only pages behind the log-in use it. */
export function useAccount(): Account {
  const session = useStore(useServices().session, (state) => state)
  if (session.kind !== 'in') throw new Error('useAccount needs a session')
  return session.account
}

/** Now by the gateway's clock, anew each second. */
export function useNow(): number {
  return useStore(useServices().ticker, (nowMs) => nowMs)
}
