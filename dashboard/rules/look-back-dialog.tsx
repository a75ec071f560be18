import { Button, Modal, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import type { RuleDraftDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { LookBackFigures } from './look-back-figures.tsx'
import { useAct } from './use-act.ts'
import { type LookBackRun, useLookBack } from './use-look-back.ts'

/** The last look before a rule is put in force, proposed or approved: how often it would have rung. */
export function LookBackDialog(props: {
  readonly draft: RuleDraftDto
  /** What the button says. */
  readonly verb: string
  /** `lookBackAt`: what the person has seen; undefined: it could not be worked out. */
  readonly onDecide: (lookBackAt: string | undefined) => Promise<void>
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const act = useAct()
  const { draft, onClose } = props
  const run = useLookBack(draft)
  const { lookBack, failure } = run
  const isOver = lookBack !== null || failure !== null
  return (
    <Modal
      open
      title={t('lookBack.title')}
      okText={failure === null ? props.verb : t('lookBack.without', { verb: props.verb })}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !isOver, danger: failure !== null }}
      confirmLoading={act.isBusy}
      onCancel={() => {
        onClose()
        // Nobody waits for it any more.
        if (!isOver) act.run(async () => void (await api.cancelLookBack(draft.id)))
      }}
      onOk={() => act.run(() => props.onDecide(lookBack?.at))}
    >
      <div className="look-back" data-testid="look-back">
        {failure !== null && <Failure failure={failure} onRetry={run.again} />}
        {!isOver && <Running run={run} />}
        {lookBack !== null && (
          <>
            <LookBackFigures lookBack={lookBack} />
            <Button type="link" size="small" onClick={run.again}>
              {t('lookBack.again')}
            </Button>
          </>
        )}
      </div>
    </Modal>
  )
}

function Running(props: { readonly run: LookBackRun }) {
  const { t } = useTranslation()
  const words = useWords()
  const { share, readings } = props.run
  return (
    <>
      <Progress percent={Math.round(share * 100)} />
      <p className="quiet">{t('backTest.progress', { readings: words.number(readings) })}</p>
    </>
  )
}

function Failure(props: {
  readonly failure: NonNullable<LookBackRun['failure']>
  readonly onRetry: () => void
}) {
  const { t } = useTranslation()
  const { error, detail } = props.failure
  return (
    <p className="rule-finding is-error" role="alert">
      {error === null && detail === ''
        ? t('lookBack.stopped')
        : t('lookBack.failed', { detail: error === null ? detail : problemText(t, error) })}{' '}
      <Button size="small" onClick={props.onRetry}>
        {t('common.retry')}
      </Button>
    </p>
  )
}
