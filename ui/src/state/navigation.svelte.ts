// Where the window is.

export const PAGES = ['library', 'downloads', 'history', 'sources', 'settings'] as const;
export type PageName = (typeof PAGES)[number];

export type Route = { page: PageName } | { page: 'series'; id: number };

export class Navigation {
  route = $state.raw<Route>({ page: 'library' });
  /** Whether the user went anywhere yet: from then on a page that opens may take the focus. */
  moved = $state(false);

  /** The entry of the sidebar that is lit: a series belongs to the library. */
  get section(): PageName {
    return this.route.page === 'series' ? 'library' : this.route.page;
  }

  go(page: PageName): void {
    this.moved = true;
    this.route = { page };
  }

  openSeries(id: number): void {
    this.moved = true;
    this.route = { page: 'series', id };
  }
}
