import { App } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useAccount, useLive, useServices } from '../services.tsx'
import { type AlarmVerb, type Refusal, refusalOf, VERB_PATHS } from './alarm-verbs.ts'

export interface Verbs {
  /** The verb that is on its way to the gateway. */
  readonly busy: AlarmVerb | null
  readonly refusalOf: (verb: AlarmVerb, alarm: AlarmDto) => Refusal | null
  /** Resolves to whether the gateway agreed; what it said against it has been shown then. */
  readonly act: (verb: AlarmVerb, alarm: AlarmDto, body: VerbBody) => Promise<boolean>
  readonly acknowledgeAll: (alarms: readonly AlarmDto[]) => Promise<void>
}

export type VerbBody = Readonly<Record<string, string | number>>

/** Several requests at once, but not hundreds. */
const BULK_CONCURRENCY = 6

/** What a person does to an alarm. The screen changes when the gateway has answered, never before. */
export function useVerbs(): Verbs {
  const { t } = useTranslation()
  const { api, live } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  const isLinkLive = useLive((state) => state.link === 'live')
  const [busy, setBusy] = useState<AlarmVerb | null>(null)

  const refuse = useCallback(
    (verb: AlarmVerb, alarm: AlarmDto) => refusalOf(verb, { alarm, role, isLinkLive }),
    [role, isLinkLive],
  )

  const send = useCallback(
    async (verb: AlarmVerb, alarm: AlarmDto, body: VerbBody) => {
      const answer = await api.alarmVerb(alarm.id, VERB_PATHS[verb], body)
      live.dispatch({ type: 'answer', alarm: answer })
    },
    [api, live],
  )

  const act = useCallback(
    async (verb: AlarmVerb, alarm: AlarmDto, body: VerbBody) => {
      const refusal = refuse(verb, alarm)
      if (refusal !== null) {
        void message.info(t(`refusal.${refusal}`))
        return false
      }
      setBusy(verb)
      try {
        await send(verb, alarm, body)
        void message.success(t(`verbDone.${verb}`))
        return true
      } catch (error) {
        void message.error(problemText(t, error), 6)
        return false
      } finally {
        setBusy(null)
      }
    },
    [refuse, send, message, t],
  )

  const acknowledgeAll = useCallback(
    async (alarms: readonly AlarmDto[]) => {
      const waiting = alarms.filter((alarm) => refuse('acknowledge', alarm) === null)
      if (waiting.length === 0) {
        void message.info(t('bulk.nothing'))
        return
      }
      setBusy('acknowledge')
      const failures = await forEachOf(waiting, (alarm) => send('acknowledge', alarm, {}))
      setBusy(null)
      const count = waiting.length - failures.length
      if (failures.length === 0) void message.success(t('bulk.done', { count }))
      else {
        const reason = problemText(t, failures[0])
        void message.error(t('bulk.partly', { count, failed: failures.length, reason }), 8)
      }
    },
    [refuse, send, message, t],
  )

  return { busy, refusalOf: refuse, act, acknowledgeAll }
}

/** Runs all, a few at a time; gives the errors. */
async function forEachOf<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = []
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await run(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: BULK_CONCURRENCY }, worker))
  return failures
}
