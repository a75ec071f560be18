import { Button, Slider } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HazardAssessment, HazardDossier } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import { Verdict } from './calculation.tsx'

const ASK_AFTER_MS = 40
/** A slider goes from nothing to twice what is stated. */
const TIMES_MAX = 2
const PEOPLE_MAX = 200
const DIGITS = 3

/** Sliders over what is stated: the same calculation, nothing is kept. */
export function WhatIf(props: {
  readonly dossier: HazardDossier
  readonly assessment: HazardAssessment
}) {
  const { t } = useTranslation()
  const [tonnes, setTonnes] = useState<Readonly<Record<string, number>>>({})
  const [people, setPeople] = useState<number | null>(null)
  const { dossier } = props
  const statedPeople = dossier.surroundings.exposedPopulation
  const isTouched = people !== null || Object.keys(tonnes).length > 0
  const figures = useWhatIf(dossier, { tonnes, people }, props.assessment)
  const sliders = dossier.units.flatMap((unit, unitIndex) =>
    unit.substances.map((substance, index) => ({
      key: `${unit.id}/${substance.id}`,
      name: [unit.name, substance.name].filter((part) => part !== '').join(' · '),
      stated: Number(props.assessment.units[unitIndex]?.lines[index]?.q ?? 0),
    })),
  )
  return (
    <div className="hazard-what-if">
      <p className="quiet">{t('hazard.whatIfHint')}</p>
      <Verdict figures={figures} />
      {sliders
        .filter(({ stated }) => stated > 0)
        .map(({ key, name, stated }) => {
          const now = tonnes[key] ?? stated
          return (
            <div key={key} className="hazard-slider">
              <span>
                {name} <strong>{now} t</strong>
              </span>
              <Slider
                min={0}
                max={stated * TIMES_MAX}
                step={stated / 100}
                value={now}
                tooltip={{ formatter: (value) => `${value ?? 0} t` }}
                onChange={(value) =>
                  setTonnes({ ...tonnes, [key]: Number(value.toPrecision(DIGITS)) })
                }
              />
            </div>
          )
        })}
      <div className="hazard-slider">
        <span>
          {t('hazard.whatIfPeople')} <strong>{people ?? statedPeople ?? 0}</strong>
        </span>
        <Slider
          min={0}
          max={Math.max(PEOPLE_MAX, (statedPeople ?? 0) * TIMES_MAX)}
          value={people ?? statedPeople ?? 0}
          onChange={setPeople}
        />
      </div>
      <Button
        size="small"
        disabled={!isTouched}
        onClick={() => {
          setTonnes({})
          setPeople(null)
        }}
      >
        {t('hazard.whatIfReset')}
      </Button>
    </div>
  )
}

function useWhatIf(
  dossier: HazardDossier,
  moved: { readonly tonnes: Readonly<Record<string, number>>; readonly people: number | null },
  stated: HazardAssessment,
): HazardAssessment {
  const { api } = useServices()
  const [figures, setFigures] = useState<HazardAssessment | null>(null)
  const { tonnes, people } = moved
  const isTouched = people !== null || Object.keys(tonnes).length > 0
  useEffect(() => {
    if (!isTouched) {
      setFigures(null)
      return
    }
    const abort = new AbortController()
    const units = dossier.units.map((unit) => ({
      ...unit,
      // What a slider took to nothing is not there.
      substances: unit.substances.flatMap((substance) => {
        const value = tonnes[`${unit.id}/${substance.id}`]
        if (value === undefined) return [substance]
        const quantity = { value: String(value), unit: 't' as const, density: '' }
        return value === 0 ? [] : [{ ...substance, quantity }]
      }),
    }))
    const timer = setTimeout(() => {
      api
        .assessHazard(units, people ?? dossier.surroundings.exposedPopulation, abort.signal)
        .then(setFigures, () => setFigures(null))
    }, ASK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, dossier, tonnes, people, isTouched])
  return figures ?? stated
}
