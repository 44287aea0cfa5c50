# The counter and the key-value store of the GenServer guide behind Cowboy, on the paths of this service: what bench/http/run
# compares it with. It starts 10,000 of each, named 1 to 10000, a store with an entry k, and says on which port of
# 127.0.0.1 it listens.
#
# It does less than the service, which is in its favour: a value is the body as it came, neither checked nor parsed, and
# there are no call timeouts but GenServer's own, no metrics, no limits.

defmodule Counter do
  use GenServer

  def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: via(name))
  def increment(name), do: GenServer.call(via(name), :increment)
  def value(name), do: GenServer.call(via(name), :value)

  defp via(name), do: {:via, Registry, {Peer, {:counter, name}}}

  @impl true
  def init(count), do: {:ok, count}

  @impl true
  def handle_call(:increment, _from, count), do: {:reply, count + 1, count + 1}
  def handle_call(:value, _from, count), do: {:reply, count, count}
end

defmodule KeyValueStore do
  use GenServer

  def start_link(name), do: GenServer.start_link(__MODULE__, :ok, name: via(name))
  def put(name, key, value), do: GenServer.cast(via(name), {:put, key, value})
  def get(name, key), do: GenServer.call(via(name), {:get, key})

  defp via(name), do: {:via, Registry, {Peer, {:store, name}}}

  @impl true
  def init(:ok), do: {:ok, %{}}

  @impl true
  def handle_call({:get, key}, _from, entries), do: {:reply, Map.fetch(entries, key), entries}

  @impl true
  def handle_cast({:put, key, value}, entries), do: {:noreply, Map.put(entries, key, value)}
end

defmodule CounterHandler do
  def init(request, state) do
    name = :cowboy_req.binding(:name, request)

    count =
      case {:cowboy_req.method(request), :cowboy_req.binding(:operation, request)} do
        {"POST", "increment"} -> Counter.increment(name)
        {"GET", "value"} -> Counter.value(name)
      end

    body = ["{\"value\":", Integer.to_string(count), "}"]
    {:ok, :cowboy_req.reply(200, %{"content-type" => "application/json"}, body, request), state}
  end
end

defmodule EntryHandler do
  def init(request, state) do
    name = :cowboy_req.binding(:name, request)
    key = :cowboy_req.binding(:key, request)
    {:ok, answer(:cowboy_req.method(request), name, key, request), state}
  end

  defp answer("PUT", name, key, request) do
    {:ok, body, request} = :cowboy_req.read_body(request)
    KeyValueStore.put(name, key, body)
    :cowboy_req.reply(202, request)
  end

  defp answer("GET", name, key, request) do
    case KeyValueStore.get(name, key) do
      {:ok, value} ->
        :cowboy_req.reply(200, %{"content-type" => "application/json"}, value, request)

      :error ->
        :cowboy_req.reply(404, request)
    end
  end
end

{:ok, _} = Application.ensure_all_started(:cowboy)
{:ok, _} = Registry.start_link(keys: :unique, name: Peer)

for number <- 1..10_000, name = Integer.to_string(number) do
  {:ok, _} = Counter.start_link(name)
  {:ok, _} = KeyValueStore.start_link(name)
  KeyValueStore.put(name, "k", ~s({"value":"#{String.duplicate("x", 100)}"}))
end

routes =
  :cowboy_router.compile([
    {:_,
     [
       {"/v1/counters/:name/:operation", CounterHandler, []},
       {"/v1/kv-stores/:name/entries/:key", EntryHandler, []}
     ]}
  ])

# By itself Cowboy closes a connection after some requests, which would measure connecting, too.
{:ok, _} =
  :cowboy.start_clear(:http, [ip: {127, 0, 0, 1}, port: 0], %{
    env: %{dispatch: routes},
    max_keepalive: :infinity
  })

IO.puts("Ready on port #{:ranch.get_port(:http)}")
Process.sleep(:infinity)
