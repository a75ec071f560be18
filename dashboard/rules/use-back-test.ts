import { App } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackTestJobDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useServices } from '../services.tsx'

const ASK_AGAIN_MS = 400

export interface BackTestRun {
  readonly job: BackTestJobDto | null
  readonly isStarting: boolean
  readonly run: (request: Readonly<Record<string, unknown>>) => void
  readonly cancel: () => void
}

/** A back-test from the button to its result; asked how far it is while it runs. */
export function useBackTest(): BackTestRun {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const [job, setJob] = useState<BackTestJobDto | null>(null)
  const [isStarting, setIsStarting] = useState(false)
  const fail = useCallback(
    (error: unknown) => void message.error(problemText(t, error), 8),
    [message, t],
  )
  const id = job?.state === 'running' ? job.id : null
  useEffect(() => {
    if (id === null) return
    const abort = new AbortController()
    const timer = setInterval(() => {
      api.backTest(id, abort.signal).then(setJob, (error: unknown) => {
        if (!abort.signal.aborted) fail(error)
      })
    }, ASK_AGAIN_MS)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [api, id, fail])
  const run = (request: Readonly<Record<string, unknown>>) => {
    setIsStarting(true)
    api
      .beginBackTest(request)
      .then(setJob, fail)
      .finally(() => setIsStarting(false))
  }
  const cancel = () => {
    if (id !== null) api.cancelBackTest(id).catch(fail)
  }
  return { job, isStarting, run, cancel }
}
