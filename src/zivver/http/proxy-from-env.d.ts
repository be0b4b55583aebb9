declare module "proxy-from-env" {
  /** The address of the proxy for a request, or the empty text for none. */
  export function getProxyForUrl(url: string): string;
}
