import { App } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'

/** Does one thing at a time, and says in words why it did not work. */
export function useAct() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const run = (action: () => Promise<void>) => {
    setIsBusy(true)
    action()
      .catch((error: unknown) => {
        void message.error(problemText(t, error), 8)
      })
      .finally(() => setIsBusy(false))
  }
  return { isBusy, run }
}
