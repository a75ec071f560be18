import type { Alarm, AlarmId, AlarmState } from '#alerting/alarms/alarm.ts'
import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { AlarmCounts } from '../contract.ts'
import type { Database } from './open.ts'
import type { Page, PageRequest } from './page.ts'

export interface AlarmFilter {
  /** `open`: everything that is not `normal`. */
  readonly state?: AlarmState | 'open' | undefined
  readonly grade?: Grade | undefined
  readonly deviceId?: string | undefined
  /** Raised at or after / before. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
}

/** Lists of alarms, most urgent first: grade, then unacknowledged before acknowledged, then newest. */
export class AlarmQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async get(_id: AlarmId | string): Promise<Alarm | null> {
    void this.#database
    throw new Error('being built')
  }

  async list(_filter: AlarmFilter & PageRequest): Promise<Page<Alarm>> {
    throw new Error('being built')
  }

  /** Of open alarms. */
  async counts(_organizationIds: ReadonlySet<string> | null): Promise<AlarmCounts> {
    throw new Error('being built')
  }
}
