import assert from 'node:assert/strict'
import { ALARM_LIMITS } from '#config/limits.ts'
import type { Disposition, FalseAlarmCode } from '../cases/case-file.ts'
import type { Alarm } from './alarm.ts'
import type { Verb } from './alarm-changes.ts'
import { alarmError } from './alarm-errors.ts'
import type { AlarmService, Deed } from './alarm-service.ts'

/**
 * What people do to alarms and their cases. Each is one commit; rejects with
 * `CodedError<AlarmErrorCode>` and has changed nothing then.
 */
export class AlarmVerbs {
  readonly #alarms: Pick<AlarmService, 'perform'>
  readonly #acknowledgeNoteGradeMax: number

  constructor(
    alarms: Pick<AlarmService, 'perform'>,
    /** Of these grades and more urgent ones an acknowledgement needs words; 0: of none. */
    { acknowledgeNoteGradeMax = 0 }: { readonly acknowledgeNoteGradeMax?: number } = {},
  ) {
    this.#alarms = alarms
    this.#acknowledgeNoteGradeMax = acknowledgeNoteGradeMax
  }

  async acknowledge(id: string, deed: Deed): Promise<Alarm> {
    return await this.#alarms.perform(id, deed, ({ grade, state }) => {
      if (grade <= this.#acknowledgeNoteGradeMax && UNSEEN.has(state)) requireNote(deed)
      return [{ event: { kind: 'acknowledge' } }]
    })
  }

  /** Releases a latched alarm whose condition is gone. */
  async reset(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, deed, { event: { kind: 'reset' } })
  }

  async comment(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#perform(id, deed, { event: { kind: 'comment' } })
  }

  /** Hides it until then. Shelving a shelved alarm moves the end. */
  async shelve(id: string, deed: Deed & { readonly durationMs: number }): Promise<Alarm> {
    requireNote(deed)
    const { durationMs } = deed
    if (durationMs > ALARM_LIMITS.shelvingMsMax) {
      throw alarmError('shelve_too_long', {
        durationMs,
        durationMsMax: ALARM_LIMITS.shelvingMsMax,
      })
    }
    assert(durationMs > 0, 'a shelving has a length')
    return await this.#perform(id, deed, {
      event: { kind: 'shelve' },
      also: (alarm, nowMs) => ({ ...alarm, shelvedUntilMs: nowMs + durationMs }),
    })
  }

  async unshelve(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, deed, { event: { kind: 'unshelve' } })
  }

  /** Gives it to a person; with an open case, that is its dispatch. */
  async assign(id: string, deed: Deed & { readonly assignee: string }): Promise<Alarm> {
    const { actor, assignee, note } = deed
    const told = note ? `${assignee}: ${note}` : assignee
    return await this.#alarms.perform(id, { actor, note: told }, ({ caseFile }) => [
      {
        event: { kind: 'assign' },
        caseEvent: caseFile?.awaits == null ? undefined : { kind: 'dispatch' },
        also: (alarm) => ({ ...alarm, assignee }),
      },
    ])
  }

  /** Ends an alarm whose condition is gone without the usual acknowledge or reset; needs a reason. */
  async close(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#perform(id, deed, { event: { kind: 'close' } })
  }

  /** Somebody is there; who has not been given it takes it. */
  async arrive(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, deed, {
      event: { kind: 'arrived' },
      caseEvent: { kind: 'arrive' },
      also: (alarm) => ({ ...alarm, assignee: alarm.assignee ?? deed.actor }),
    })
  }

  /** Says what it was. A false alarm needs its code: the rule is mended by them. */
  async dispose(
    id: string,
    deed: Deed & {
      readonly disposition: Disposition
      readonly falseAlarmCode: FalseAlarmCode | null
    },
  ): Promise<Alarm> {
    requireNote(deed)
    const { disposition, falseAlarmCode } = deed
    if (disposition === 'false-alarm' && falseAlarmCode === null) {
      throw alarmError('false_alarm_code_required')
    }
    const code = disposition === 'false-alarm' ? falseAlarmCode : null
    const what = code === null ? disposition : `${disposition}/${code}`
    return await this.#perform(
      id,
      { actor: deed.actor, note: `${what}: ${deed.note}` },
      {
        event: { kind: 'disposed' },
        caseEvent: { kind: 'dispose', disposition, falseAlarmCode: code },
      },
    )
  }

  async review(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, deed, {
      event: { kind: 'reviewed' },
      caseEvent: { kind: 'review' },
    })
  }

  async sendBack(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#perform(id, deed, {
      event: { kind: 'sent-back' },
      caseEvent: { kind: 'send-back' },
    })
  }

  /** 销警: ends the case, and with it the alarm where that still waits for a person. */
  async closeCase(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#alarms.perform(id, deed, ({ state }) => [
      { event: { kind: 'case-closed' }, caseEvent: { kind: 'close' } },
      ...(state === 'normal' ? [] : [{ event: { kind: 'close' } } as const]),
    ])
  }

  async addPhoto(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, deed, { event: { kind: 'photo-added' } })
  }

  async #perform(id: string, deed: Deed, verb: Verb): Promise<Alarm> {
    return await this.#alarms.perform(id, deed, () => [verb])
  }
}

const UNSEEN: ReadonlySet<Alarm['state']> = new Set([
  'unacknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
])

function requireNote({ note }: Deed): void {
  if (!note?.trim()) throw alarmError('note_required')
}
