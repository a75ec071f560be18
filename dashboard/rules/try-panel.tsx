import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TryAnswer } from '../../gateway/contract.ts'
import { formatClock } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import type { Draft } from './draft-path.ts'
import { parsePasted } from './pasted-readings.ts'
import { useAct } from './use-act.ts'

const EXAMPLE = '0, 10\n10, 30\n20, 30\n60, 5'

/** The draft on readings that are typed or pasted: each with what the rule makes of it. */
export function TryPanel(props: { readonly draft: Draft; readonly hasErrors: boolean }) {
  const { t } = useTranslation()
  const { api, nowMs } = useServices()
  const act = useAct()
  const [text, setText] = useState(EXAMPLE)
  const [answer, setAnswer] = useState<TryAnswer | null>(null)
  const pasted = parsePasted(text, Math.floor(nowMs() / 1_000) * 1_000)
  const run = () =>
    act.run(async () => {
      if (pasted.ok) setAnswer(await api.tryRule(props.draft, pasted.readings))
    })
  return (
    <section className="panel" data-testid="try-rule">
      <h2>{t('tryRule.title')}</h2>
      <p className="quiet">{t('tryRule.hint')}</p>
      <div className="rule-grid">
        <div className="rule-try">
          <Input.TextArea
            value={text}
            aria-label={t('tryRule.title')}
            autoSize={{ minRows: 5, maxRows: 14 }}
            onChange={(event) => setText(event.target.value)}
          />
          {!pasted.ok && (
            <p className="rule-finding is-error" role="alert">
              {t('tryRule.badLine', { line: pasted.line, text: pasted.text })}
            </p>
          )}
          <Button
            disabled={props.hasErrors || !pasted.ok || pasted.readings.length === 0}
            loading={act.isBusy}
            onClick={run}
          >
            {t('tryRule.run')}
          </Button>
        </div>
        {answer !== null && <TriedView answer={answer} />}
      </div>
    </section>
  )
}

function TriedView(props: { readonly answer: TryAnswer }) {
  const { t } = useTranslation()
  const words = useWords()
  const { evaluations, alarms } = props.answer
  return (
    <div>
      <p>
        <strong>{alarms === 0 ? t('tryRule.none') : t('tryRule.raised', { count: alarms })}</strong>
      </p>
      <ol className="evaluations">
        {evaluations.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes.
          <li key={index}>
            <time>{formatClock(Date.parse(one.at))}</time>
            <span>
              {one.cause === 'reading' ? words.value(one.value, null) : t('explain.cause_timer')}
            </span>
            <strong>{t(`evaluationReason.${one.reason}`)}</strong>
          </li>
        ))}
      </ol>
    </div>
  )
}
