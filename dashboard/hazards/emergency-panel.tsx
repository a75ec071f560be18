import { useTranslation } from 'react-i18next'
import type { EmergencyInformation, ResponsiblePerson } from '../../gateway/contract.ts'

const PERSONS = [
  'principal',
  'technical',
  'operating',
] as const satisfies readonly ResponsiblePerson[]
const SAFETY = ['dangers', 'firstAid', 'fireFighting', 'forbiddenExtinguishers', 'spill'] as const

/** Whom to call, what to do first, what is there: for the page of a source and for every alarm of it. */
export function EmergencyPanel(props: {
  readonly information: Omit<EmergencyInformation, 'sourceId' | 'hazardLevel' | 'basis'>
}) {
  const { t } = useTranslation()
  const { emergency, persons } = props.information
  return (
    <div className="hazard-emergency">
      {emergency.firstSteps !== '' && (
        <section className="hazard-first-steps">
          <h4>{t('hazard.firstSteps')}</h4>
          <p>{emergency.firstSteps}</p>
        </section>
      )}
      <section>
        <h4>{t('hazard.contacts')}</h4>
        <ul className="hazard-people">
          {emergency.contacts.map(({ id, name, role, phone }) => (
            <Person key={id} name={name} role={role} phone={phone} />
          ))}
          {PERSONS.filter((role) => persons[role].name !== '').map((role) => (
            <Person
              key={role}
              name={persons[role].name}
              role={t(`responsible.${role}`)}
              phone={persons[role].phone}
            />
          ))}
        </ul>
      </section>
      <Plan emergency={emergency} />
      <Substances information={props.information} />
      <Around information={props.information} />
    </div>
  )
}

function Person(props: { readonly name: string; readonly role: string; readonly phone: string }) {
  return (
    <li>
      <span>
        {props.name} <span className="quiet">{props.role}</span>
      </span>
      {props.phone !== '' && (
        <a href={`tel:${props.phone.replaceAll(/[^\d+]/g, '')}`}>{props.phone}</a>
      )}
    </li>
  )
}

function Plan({ emergency }: Pick<EmergencyInformation, 'emergency'>) {
  const { t } = useTranslation()
  const { planName, lastDrillOn, assemblyPoint, supplies } = emergency
  return (
    <>
      <section>
        <h4>{t('hazard.plan')}</h4>
        <p>
          {[
            planName === '' ? t('hazard.nothingStated') : planName,
            ...(lastDrillOn === null ? [] : [t('hazard.lastDrill', { day: lastDrillOn })]),
          ].join(' · ')}
        </p>
        {assemblyPoint !== '' && (
          <p>
            {t('hazardField.emergency_assemblyPoint')}: {assemblyPoint}
          </p>
        )}
      </section>
      {supplies.length > 0 && (
        <section>
          <h4>{t('hazard.supplies')}</h4>
          <ul className="hazard-people">
            {supplies.map(({ id, name, amount, place }) => (
              <li key={id}>
                <span>{name}</span>
                <span className="quiet">
                  {[amount, place].filter((part) => part !== '').join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Substances(props: { readonly information: Pick<EmergencyInformation, 'substances'> }) {
  const { t } = useTranslation()
  return (
    <section>
      <h4>{t('hazard.substances')}</h4>
      {props.information.substances.map((substance) => (
        <details key={`${substance.unit} ${substance.name}`} className="hazard-safety">
          <summary>
            <strong>{substance.name}</strong>{' '}
            <span className="quiet">
              {[
                substance.unit,
                substance.cas,
                substance.designMaximum === null ? '' : `${substance.designMaximum} t`,
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            </span>
          </summary>
          <dl className="facts">
            {SAFETY.filter((name) => substance.safety[name] !== '').map((name) => (
              <div key={name}>
                <dt>{t(`hazardField.units_substances_safety_${name}`)}</dt>
                <dd>{substance.safety[name]}</dd>
              </div>
            ))}
          </dl>
          {SAFETY.every((name) => substance.safety[name] === '') && (
            <p className="quiet">{t('hazard.nothingStated')}</p>
          )}
        </details>
      ))}
    </section>
  )
}

function Around(props: {
  readonly information: Pick<EmergencyInformation, 'targets' | 'exposedPopulation'>
}) {
  const { t } = useTranslation()
  const { targets, exposedPopulation } = props.information
  return (
    <section>
      <h4>{t('hazard.targets')}</h4>
      <p className="quiet">
        {t('hazardField.surroundings_exposedPopulation')}: {exposedPopulation ?? '—'}
      </p>
      <ul className="hazard-people">
        {targets.map(({ id, name, kind, distanceMetres, people, phone }) => (
          <li key={id}>
            <span>
              {name} <span className="quiet">{kind}</span>
            </span>
            <span className="quiet">
              {[
                distanceMetres === null ? '' : `${distanceMetres} m`,
                people === null ? '' : String(people),
                phone,
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
