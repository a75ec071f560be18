import { Collapse } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HazardSourcePage } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { Calculation } from './calculation.tsx'

/** The calculation of the draft in full, its basic facts, and what the standard's text rests on. */
export function Overview({ page }: { readonly page: HazardSourcePage }) {
  const { t } = useTranslation()
  const { draft } = page
  return (
    <div className="hazard-overview">
      <section>
        <h3>{t('hazard.calculation')}</h3>
        {page.filing.isDraftChanged && page.filing.inForceVersion !== null && (
          <p className="hazard-issue">
            {t('hazard.draftDiffers')} ·{' '}
            {t('hazard.inForce', {
              number: page.filing.number,
              version: page.filing.inForceVersion,
            })}
            : S {page.registered.s} · R {page.registered.r ?? '—'}
          </p>
        )}
        <Calculation
          assessment={page.assessment}
          units={draft.units}
          exposedPopulation={draft.surroundings.exposedPopulation}
        />
      </section>
      <section>
        <h3>{t('hazard.stepBasic')}</h3>
        <Facts page={page} />
        <StandardNotes />
      </section>
    </div>
  )
}

function Facts({ page }: { readonly page: HazardSourcePage }) {
  const { t } = useTranslation()
  const { draft } = page
  const { surroundings, assessment } = draft
  const facts: readonly (readonly [string, string])[] = [
    [t('hazardField.kind'), t(`hazardKind.${draft.kind}`)],
    [t('hazardField.address'), draft.address],
    [
      t('hazardField.position'),
      draft.position === null ? '' : `${draft.position.latitude}, ${draft.position.longitude}`,
    ],
    [t('hazardField.inUseSince'), draft.inUseSince ?? ''],
    [t('hazardField.scale'), draft.scale],
    [
      t('hazardField.surroundings_exposedPopulation'),
      [surroundings.exposedPopulation, surroundings.countedOn]
        .filter((part) => part !== null)
        .join(' · '),
    ],
    [
      t('hazardField.assessment_completedOn'),
      [assessment.completedOn, assessment.assessor].filter(Boolean).join(' · '),
    ],
  ]
  return (
    <dl className="hazard-fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value === '' ? <span className="quiet">{t('hazard.nothingStated')}</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function StandardNotes() {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const standard = useResource('hazard standard', (signal) => api.hazardStandard(signal))
  if (standard.data === null) return null
  const { rules, provenance } = standard.data
  return (
    <Collapse
      size="small"
      items={[
        {
          key: 'rules',
          label: `${standard.data.standard} · ${t('hazard.rules')}`,
          children: (
            <>
              <ul className="hazard-rules">
                {rules.map((rule) => (
                  <li key={rule.id}>
                    <strong>{rule.clause}</strong> {words.localized(rule.text)}
                    {rule.unverified !== null && (
                      <span className="hazard-caution">
                        ⚠ {t('hazard.unverified')}: {words.localized(rule.unverified)}
                      </span>
                    )}
                  </li>
                ))}
              </ul>
              <p className="quiet">
                {t('hazard.provenance')}: {words.localized(provenance)}
              </p>
            </>
          ),
        },
      ]}
    />
  )
}
