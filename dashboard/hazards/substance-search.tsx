import { AutoComplete } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HazardSubstanceEntry } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'

const SEARCH_AFTER_MS = 120

/**
 * The name of a substance, with what the standard has under it: by Chinese or English name, alias or
 * CAS number. One CAS number may stand in several rows, and the person chooses which it is.
 */
export function SubstanceSearch(props: {
  readonly value: string
  readonly isDisabled: boolean
  readonly onType: (name: string) => void
  readonly onChoose: (entry: HazardSubstanceEntry) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const found = useFound(props.value)
  const isOneCas = /^\d+-\d+-\d$/.test(props.value.trim()) && found.length > 1
  const options = found.map((entry) => ({
    value: `${entry.row ?? `3/${entry.betaRow}`}`,
    entry,
    label: (
      <span className="hazard-option">
        <strong>{words.localized(entry.name)}</strong>
        <span className="quiet">
          {[
            words.language === 'zh' ? entry.name.en : entry.name.zh,
            ...entry.cas,
            entry.row === null
              ? t('hazard.byTable3', { beta: entry.beta })
              : t('hazard.bySearch', { row: entry.row, quantity: entry.criticalQuantity }),
          ].join(' · ')}
        </span>
        {entry.cautions.length > 0 && (
          <span className="hazard-caution">
            {t('hazard.unverified')}: {entry.cautions.map(words.localized).join('; ')}
          </span>
        )}
      </span>
    ),
  }))
  return (
    <>
      <AutoComplete
        className="hazard-substance-name"
        value={props.value}
        disabled={props.isDisabled}
        placeholder={t('hazard.substanceSearch')}
        aria-label={t('hazardField.units_substances_name')}
        options={options}
        popupMatchSelectWidth={520}
        onChange={(text: string) => {
          // Choosing sends the option's value first; the choice itself follows.
          if (!options.some(({ value }) => value === text)) props.onType(text)
        }}
        onSelect={(_: string, option) => {
          props.onChoose(option.entry)
        }}
      />
      {isOneCas && <span className="quiet">{t('hazard.casSeveral')}</span>}
    </>
  )
}

function useFound(text: string): readonly HazardSubstanceEntry[] {
  const { api } = useServices()
  const [found, setFound] = useState<readonly HazardSubstanceEntry[]>([])
  const wanted = text.trim()
  useEffect(() => {
    if (wanted === '') {
      setFound([])
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      api.findSubstances(wanted, abort.signal).then(
        ({ items }) => setFound(items),
        () => setFound([]),
      )
    }, SEARCH_AFTER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, wanted])
  return found
}
