import { Button, Dropdown, type MenuProps, Space, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { isShelved } from './alarm-state.ts'
import type { AlarmVerb } from './alarm-verbs.ts'
import type { Verbs } from './use-verbs.ts'

const KEY_OF: Partial<Record<AlarmVerb, string>> = {
  acknowledge: 'a',
  comment: 'n',
  shelve: 's',
  reset: 'r',
}

interface VerbButtonsProps {
  readonly alarm: AlarmDto
  readonly verbs: Verbs
  readonly onVerb: (verb: AlarmVerb, alarm: AlarmDto) => void
  readonly onDialog: (verb: AlarmVerb, alarm: AlarmDto) => void
}

/** What can be done; what cannot says why, to the mouse, the keyboard and the screen reader. */
export function AlarmVerbButtons(props: VerbButtonsProps) {
  const { t } = useTranslation()
  const { alarm, verbs } = props
  const refusal = verbs.refusalOf('acknowledge', alarm)
  const noted: MenuProps['items'] = [
    {
      key: 'note',
      label: t('verb.acknowledgeWithNote'),
      onClick: () => props.onDialog('acknowledge', alarm),
    },
  ]
  return (
    <div className="verbs">
      <Space.Compact>
        <VerbButton verb="acknowledge" {...props} isMain />
        <Dropdown menu={{ items: noted }} trigger={['click']} disabled={refusal !== null}>
          <Button
            type="primary"
            disabled={refusal !== null}
            aria-label={t('verb.acknowledgeWithNote')}
          >
            …
          </Button>
        </Dropdown>
      </Space.Compact>
      <VerbButton verb="reset" {...props} />
      <VerbButton verb="comment" {...props} />
      <VerbButton verb={isShelved(alarm) ? 'unshelve' : 'shelve'} {...props} />
      <VerbButton verb="assign" {...props} />
      <VerbButton verb="close" {...props} />
      <Refusals {...props} />
    </div>
  )
}

/** A finger cannot hover: why the buttons that matter cannot be pressed also stands below them. */
function Refusals(props: VerbButtonsProps) {
  const { t } = useTranslation()
  const refused = (['acknowledge', 'reset', 'shelve'] as const).flatMap((verb) => {
    const refusal = props.verbs.refusalOf(verb, props.alarm)
    return refusal === null || refusal === 'alreadyShelved' ? [] : [{ verb, refusal }]
  })
  const [first] = refused
  if (first === undefined) return null
  const isOneReason = refused.every(({ refusal }) => refusal === first.refusal)
  return (
    <ul className="refusals">
      {isOneReason && refused.length > 1 ? (
        <li>{t(`refusal.${first.refusal}`)}</li>
      ) : (
        refused.map(({ verb, refusal }) => (
          <li key={verb}>
            {t(`verb.${verb}`)}: {t(`refusal.${refusal}`)}
          </li>
        ))
      )}
    </ul>
  )
}

function VerbButton(
  props: VerbButtonsProps & { readonly verb: AlarmVerb; readonly isMain?: boolean },
) {
  const { t } = useTranslation()
  const { verb, alarm, verbs } = props
  const refusal = verbs.refusalOf(verb, alarm)
  const key = KEY_OF[verb]
  return (
    <Tooltip title={refusal === null ? undefined : t(`refusal.${refusal}`)}>
      <Button
        {...(props.isMain === true ? { type: 'primary' as const } : {})}
        disabled={refusal !== null}
        loading={verbs.busy === verb}
        data-verb={verb}
        {...(refusal === null ? {} : { 'aria-description': t(`refusal.${refusal}`) })}
        onClick={() => props.onVerb(verb, alarm)}
      >
        {t(`verb.${verb}`)}
        {key !== undefined && <kbd className="verb-key">{key}</kbd>}
      </Button>
    </Tooltip>
  )
}
