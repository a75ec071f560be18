import { Checkbox, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { presentGrade } from '../alarms/grade.ts'
import { PageSearch } from '../ui/page-search.tsx'
import { LAYERS, type MapFilter } from './map-filter.ts'

export function MapToolbar(props: {
  readonly filter: MapFilter
  readonly onChange: (part: Partial<MapFilter>) => void
}) {
  const { t } = useTranslation()
  const { filter, onChange } = props
  const grades = ([1, 2, 3] as const).map((grade) => ({
    value: `grade-${grade}`,
    label: t('map.filterGrade', {
      letter: presentGrade(grade).letter,
      name: t(`grade.${grade}`),
    }),
  }))
  const levels = ([1, 2, 3, 4] as const).map((level) => ({
    value: `level-${level}`,
    label: t('map.filterLevel', { level: t(`hazardLevelName.${level}`) }),
  }))
  return (
    <header className="page-head">
      <h1>{t('map.title')}</h1>
      <Checkbox.Group
        className="map-layers"
        value={[...filter.layers]}
        options={LAYERS.map((layer) => ({ value: layer, label: t(`mapLayer.${layer}`) }))}
        onChange={(layers) => onChange({ layers: LAYERS.filter((one) => layers.includes(one)) })}
      />
      <Select
        className="map-only"
        value={filter.only}
        aria-label={t('map.filter')}
        options={[
          { value: 'all', label: t('map.filterAll') },
          { value: 'abnormal', label: t('map.filterAbnormal') },
          ...grades,
          ...levels,
        ]}
        onChange={(only) => onChange({ only })}
      />
      <PageSearch
        text={filter.text}
        label={t('map.search')}
        onChange={(text) => onChange({ text })}
      />
    </header>
  )
}
