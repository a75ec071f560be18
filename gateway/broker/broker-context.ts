import type { Aedes } from 'aedes'
import type { Logger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import type { Depositor } from '../depositor.ts'
import type { BrokerAccess } from './access.ts'
import type { BrokerOptions, ReceivedMessage, RefusedMessage } from './broker-options.ts'
import type { BrokerCounters } from './broker-status.ts'
import type { InboundBudget } from './inbound-budget.ts'
import type { MqttLimits } from './limits.ts'
import type { RunningTime } from './running-time.ts'
import type { SessionStore } from './session-store.ts'

/** What the connections of one broker share. */
export interface BrokerContext {
  readonly access: BrokerAccess
  readonly aedes: Aedes
  readonly clock: Clock
  readonly counters: BrokerCounters
  readonly inbound: InboundBudget
  readonly limits: MqttLimits
  readonly logger: Logger
  readonly sessions: SessionStore
  readonly time: RunningTime
  /** The application's callback; a throw has become an error. */
  publishReceived(message: ReceivedMessage, depositor: Depositor, ticket: number): void
  /** Counts, and tells the application. */
  refuse(message: RefusedMessage): void
  /** Runs a callback of the application; what it throws is logged and counted, and goes no further. */
  tell(tell: (options: BrokerOptions) => void): void
}
