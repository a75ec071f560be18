import { useTranslation } from 'react-i18next'
import type { RuleLookBack } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'

/** How often the draft and the version in force would have rung, and over what that was looked at. */
export function LookBackFigures(props: { readonly lookBack: RuleLookBack }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { at, devices, devicesTotal, readings, draft, active, activeVersion } = props.lookBack
  const nothing = nothingKnown(props.lookBack)
  return (
    <>
      <div className="look-back-figures">
        <Figure
          name={t('lookBack.draft')}
          count={draft}
          none={t('lookBack.rings_no_more')}
          isUnknown={nothing !== null && draft !== null}
        />
        {activeVersion > 0 && (
          <Figure
            name={t('lookBack.active', { version: activeVersion })}
            count={active}
            none={t('lookBack.active_off')}
            isUnknown={nothing !== null && active !== null}
          />
        )}
      </div>
      {nothing !== null && <p className="rule-finding is-warning">{t(`lookBack.${nothing}`)}</p>}
      <p className="quiet">
        {devicesTotal > 0 &&
          t('lookBack.over', {
            devices: words.number(devices),
            readings: words.number(readings),
            when: words.instant(at, nowMs),
          })}
        {devices < devicesTotal &&
          ` ${t('lookBack.leftOut', { count: devicesTotal - devices, total: devicesTotal })}`}
      </p>
    </>
  )
}

function nothingKnown({ devicesTotal, readings }: RuleLookBack): 'noDevices' | 'noHistory' | null {
  if (devicesTotal === 0) return 'noDevices'
  return readings === 0 ? 'noHistory' : null
}

function Figure(props: {
  readonly name: string
  readonly count: number | null
  /** What it says where there is nothing that could ring. */
  readonly none: string
  readonly isUnknown: boolean
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { name, count, none, isUnknown } = props
  return (
    <div className="look-back-figure">
      <span className="quiet">{name}</span>
      {count === null ? (
        <strong className="is-none">{none}</strong>
      ) : (
        <strong>
          {isUnknown ? t('lookBack.unknown') : t('lookBack.times', { times: words.number(count) })}
        </strong>
      )}
    </div>
  )
}
