#!/usr/bin/env bash
# Trainings by several processes, as a cluster runs them, held to one thing: the same bits.
#
#   scripts/cluster.sh [STRATA] table           every number of processes, library, strategy and network: SHA-256
#   scripts/cluster.sh [STRATA] kills [N]       N processes of teams killed at random moments, runs resumed by others
#   scripts/cluster.sh [STRATA] hosts [N]       hosts of network namespaces that talk over TCP (root)
#
# Wants mpirun.openmpi, mpirun.mpich, or both (Debian: openmpi-bin, mpich). STRATA_MPI_STANDARD names a libmpi_abi.so.1
# and MPIEXEC_STANDARD its mpiexec, if there is one. Everything goes to a temporary folder.
set -uo pipefail
cd "$(dirname "$0")/.."
strata=$PWD/.build/release/strata
if [ -x "${1:-}" ]; then strata=$(realpath "$1"); shift; fi
export STRATA_PATH=${STRATA_PATH:-$PWD/architectures}
# Processes outnumber processors here: who waits must not spin.
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
failed=0

# start LIBRARY RANKS WORDS…
start() {
    library=$1; ranks=$2; shift 2
    case $library in
        alone) "$@" ;;
        openmpi) mpirun.openmpi --oversubscribe -n "$ranks" "$@" ;;
        mpich) STRATA_MPI=libmpich.so.12 mpirun.mpich -n "$ranks" "$@" ;;
        standard) STRATA_MPI=$STRATA_MPI_STANDARD "$MPIEXEC_STANDARD" -n "$ranks" "$@" ;;
    esac
}
libraries() {
    command -v mpirun.openmpi > /dev/null && echo openmpi
    command -v mpirun.mpich > /dev/null && echo mpich
    [ -n "${STRATA_MPI_STANDARD:-}" ] && echo standard
}
sum() { sha256sum "$1/weights/last.safetensors" 2> /dev/null | cut -c1-16; }

# same NAME EXPECTED FOLDER: a line of the table
same() {
    found=$(sum "$3")
    if [ -n "$found" ] && [ "$found" = "$2" ]; then verdict=equal; else verdict=DIFFERS; failed=1; fi
    printf '%-58s %s %s\n' "$1" "${found:-nothing}" "$verdict"
}

table() {
    for network in ${NETWORKS:-tutorial/first tutorial/branches}; do
        for strategy in together "averaging(workers: 8, every: 3)" "groups(of: 2, every: 2)"; do
            words=(train "$network" --data synthetic:160 --epochs 1 --threads 1 --batch 32 --set train.part=4
                --set "train.strategy=$strategy")
            folder=$dir/$network-$strategy; mkdir -p "$folder"
            start alone 1 "$strata" "${words[@]}" --out "$folder/alone" > /dev/null 2>&1
            expected=$(sum "$folder/alone")
            echo "$network, $strategy: $expected"
            for library in $(libraries); do
                for ranks in ${RANKS:-2 3 4 5 8}; do
                    out=$folder/$library$ranks
                    start "$library" "$ranks" "$strata" "${words[@]}" --out "$out" > "$out.log" 2>&1
                    same "  $library, $ranks processes" "$expected" "$out"
                done
            done
        done
    done
}

kills() {
    network=${NETWORK:-tutorial/branches}
    words=(train "$network" --data synthetic:400 --epochs 4 --threads 1 --batch 32 --set train.part=4
        --set "train.checkpoint=0 s")
    "$strata" "${words[@]}" --out "$dir/whole" > /dev/null 2>&1
    expected=$(sum "$dir/whole")
    killed=0; runs=0
    library=$(libraries | head -1)
    while [ "$killed" -lt "${1:-100}" ]; do
        out=$dir/run$runs; runs=$((runs + 1))
        while true; do
            ranks=$((2 + RANDOM % 4))
            start "$library" "$ranks" "$strata" "${words[@]}" --out "$out" --resume > "$dir/log" 2>&1 &
            launcher=$!
            sleep "0.$((RANDOM % 10))"; sleep "$((RANDOM % 2))"
            # One process of the team, and not its launcher.
            victim=$(pgrep -f -- "--out $out --resume" | while read -r p; do
                [ "$(readlink "/proc/$p/exe")" = "$strata" ] && echo "$p"; done | shuf -n 1)
            if [ "$killed" -lt "${1:-100}" ] && [ -n "$victim" ] && kill -KILL "$victim" 2> /dev/null; then
                killed=$((killed + 1))
            fi
            wait "$launcher"; status=$?
            [ $status = 0 ] && break
        done
        same "run $runs, after $killed kills" "$expected" "$out"
        rm -rf "$out"
    done
}

# Hosts that are network namespaces, joined by a bridge; each has an address, a host name and a /var/tmp of its own.
# `nsenter` and not `ip netns exec`, which lays a fresh /sys over the old one.
net=10.79.0; prefix=strata-h
enter() {
    name=$1; shift
    nsenter --net="/run/netns/$name" unshare --uts --mount -- sh -c \
        'hostname "$0"; mount --bind "$1" /etc/hosts; mkdir -p "$2/tmp.$0"; mount --bind "$2/tmp.$0" /var/tmp; shift 2; exec "$@"' \
        "$name" "$dir/hosts" "$dir" "$@"
}
hosts_down() {
    for i in $(seq 1 "$1"); do ip link del "v$prefix$i" 2> /dev/null; ip netns del "$prefix$i" 2> /dev/null; done
    ip link del stratabr 2> /dev/null
}
hosts() {
    n=${1:-4}
    trap 'hosts_down '"$n"'; rm -rf "$dir"' EXIT
    { echo "127.0.0.1 localhost"; for i in $(seq 1 "$n"); do echo "$net.$i $prefix$i"; done; } > "$dir/hosts"
    ip link add stratabr type bridge && ip link set stratabr up
    for i in $(seq 1 "$n"); do
        h=$prefix$i
        ip netns add "$h"
        ip link add "v$h" type veth peer name eth0 netns "$h"
        ip link set "v$h" master stratabr up
        ip -n "$h" link set lo up
        ip -n "$h" addr add "$net.$i/24" dev eth0
        ip -n "$h" link set eth0 up
        echo "$h slots=1" >> "$dir/hostfile"
    done
    # mpirun's way to another host: what ssh would be told, told to a namespace.
    cat > "$dir/agent" <<AGENT
#!/usr/bin/env bash
$(declare -f enter)
dir=$dir
while [ "\${1#-}" != "\$1" ]; do shift; done
name=\$1; shift
enter "\$name" sh -c "\$*"
AGENT
    chmod +x "$dir/agent"
    words=(train tutorial/branches --data synthetic:160 --epochs 1 --threads 1 --batch 32 --set train.part=4)
    "$strata" "${words[@]}" --out "$dir/alone" > /dev/null 2>&1
    expected=$(sum "$dir/alone")
    over=(mpirun.openmpi --mca plm_rsh_agent "$dir/agent" --hostfile "$dir/hostfile" --map-by node
        --mca oob_tcp_if_include "$net.0/24" --mca btl tcp,self --mca btl_tcp_if_include "$net.0/24"
        -x STRATA_PATH -x OMPI_MCA_mpi_yield_when_idle)
    for ranks in 2 "$n"; do
        enter "${prefix}1" "${over[@]}" -n "$ranks" "$strata" "${words[@]}" --out "$dir/tcp$ranks" > "$dir/log$ranks" 2>&1
        same "$ranks hosts over TCP" "$expected" "$dir/tcp$ranks"
    done
    cut -d, -f1-3 "$dir/tcp$n/team.csv"
    for rate in none 1gbit 100mbit; do
        for i in $(seq 1 "$n"); do
            tc -n "$prefix$i" qdisc del dev eth0 root 2> /dev/null
            [ $rate = none ] || tc -n "$prefix$i" qdisc add dev eth0 root tbf rate $rate burst 256kb latency 100ms
        done
        echo "rate $rate"
        enter "${prefix}1" "${over[@]}" -n "$n" "$strata" team 2> /dev/null
        enter "${prefix}1" "${over[@]}" -n "$n" "$strata" bench "${BENCH:-eqt}" --threads 1 --team "1,2,$n" 2> /dev/null
    done
}

what=${1:-table}; shift
case $what in
    table) table ;;
    kills) kills "${1:-100}" ;;
    hosts) hosts "${1:-4}" ;;
    *) sed -n '2,11p' "$0"; exit 64 ;;
esac
exit $failed
