/** Folds a name for searching: Cyrillic case and ё, which SQLite does not fold. */
export const foldName = (name: string): string => name.toLocaleLowerCase('ru').replaceAll('ё', 'е')
