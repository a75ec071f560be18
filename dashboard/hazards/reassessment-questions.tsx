import { Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HazardSourcePage, ReassessmentTrigger } from '../../gateway/contract.ts'
import { useFieldLabel } from './hazard-words.ts'
import type { DraftEdit } from './use-draft.ts'

const MAY_BE_WITHOUT_EFFECT: ReadonlySet<ReassessmentTrigger> = new Set([
  'construction',
  'change',
  'surroundings',
])

/** What asks for a new assessment, and the firm's answer to each. */
export function ReassessmentQuestions(props: {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
}) {
  const { t } = useTranslation()
  return (
    <section className="hazard-reassessment">
      <h3>{t('hazard.reassessmentTitle')}</h3>
      {props.page.reassessment.map((reason) => (
        <Question key={reason.trigger} edit={props.edit} reason={reason} />
      ))}
    </section>
  )
}

function Question(props: {
  readonly edit: DraftEdit
  readonly reason: HazardSourcePage['reassessment'][number]
}) {
  const { t } = useTranslation()
  const fieldLabel = useFieldLabel()
  const { edit } = props
  const { trigger, changes, answered } = props.reason
  const { reassessment } = edit.dossier
  const answer = reassessment.find((known) => known.trigger === trigger)
  const give = (change: { readonly effect?: 'assessed' | 'none'; readonly reason?: string }) =>
    edit.set(
      ['reassessment'],
      [
        ...reassessment.filter((known) => known.trigger !== trigger),
        { trigger, effect: answer?.effect ?? 'assessed', reason: answer?.reason ?? '', ...change },
      ],
    )
  return (
    <fieldset className="hazard-entries" data-trigger={trigger} data-answered={answered}>
      <legend>
        {t(`trigger.${trigger}`)} ·{' '}
        {t(answered ? 'hazard.reassessmentAnswered' : 'hazard.reassessmentOpen')}
      </legend>
      {changes.length > 0 && (
        <p className="quiet">{[...new Set(changes.map(fieldLabel))].join('、')}</p>
      )}
      <Radio.Group
        value={answer?.effect ?? null}
        onChange={(event) => give({ effect: event.target.value })}
      >
        <Radio value="assessed">{t('hazard.reassessmentAssessed')}</Radio>
        {MAY_BE_WITHOUT_EFFECT.has(trigger) && (
          <Radio value="none">{t('hazard.reassessmentNone')}</Radio>
        )}
      </Radio.Group>
      {answer?.effect === 'none' && (
        <Input.TextArea
          value={answer.reason}
          maxLength={2_000}
          autoSize={{ minRows: 2 }}
          aria-label={t('hazard.reassessmentNone')}
          onChange={(event) => give({ reason: event.target.value })}
        />
      )}
    </fieldset>
  )
}
