#!/bin/sh
# The lab's init. Everything of the lab lives in the namespaces that this makes, and dies with its process 1.
#
#   unshare --mount --pid --uts --ipc --fork --kill-child --mount-proc sh init.sh STATE SUPERVISORD
#
# First in the machine's network (to keep a way to it for the one program that listens there), then in its own.
set -eu
state=$1 supervisord=$2 stage=${3:-mounts}

if [ "$stage" = mounts ]; then
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 lab-run /run
    mkdir -p /run/lab /run/netns /run/lock /run/log
    mount --bind "$state" /run/lab
    mkdir -p /run/lab/run/libvirt && ln -s lab/run/libvirt /run/libvirt

    # HAProxy listens on the machine's loopback: it enters this, the machine's network, and no other process does.
    : >/run/machine-network
    mount --bind /proc/self/ns/net /run/machine-network

    # What is written at fixed places (libvirt's folders, name resolution) is written over the machine's, not to it.
    for place in /etc /usr/sbin /var/lib /var/log /var/cache; do
        over=/run/over$place
        mkdir -p "$over/upper" "$over/work"
        mount -t overlay -o "lowerdir=$place,upperdir=$over/upper,workdir=$over/work" lab-over "$place"
    done
    rm -f /etc/resolv.conf /etc/hosts /etc/nsswitch.conf
    : >/etc/resolv.conf
    echo '127.0.0.1 localhost lab.local' >/etc/hosts
    printf '%s: files\n' passwd group hosts services >/etc/nsswitch.conf
    # libvirtd ends without a word where its user is missing, though the lab's guests run as root.
    grep -q '^libvirt-qemu:' /etc/group || echo 'libvirt-qemu:x:64055:' >>/etc/group
    grep -q '^libvirt-qemu:' /etc/passwd || echo 'libvirt-qemu:x:64055:64055::/nonexistent:/bin/false' >>/etc/passwd
    install -m 755 "$(dirname "$0")/mount.nfs" /usr/sbin/mount.nfs
    mkdir -p /etc/libvirt
    [ ! -e /run/lab/etc/qemu.conf ] || cp /run/lab/etc/qemu.conf /etc/libvirt/qemu.conf
    exec unshare --net sh "$0" "$state" "$supervisord" network
fi

# /sys shows the links of the network in which it was mounted: agents read bridges there.
mount -t sysfs lab-sys /sys
: >/run/netns/lab
mount --bind /proc/self/ns/net /run/netns/lab
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || true
hostname lab.local

# The outside world, as far as a floating address is concerned: a bridge with the gateway's address.
ip link add br-ex type bridge
ip address add 172.24.4.1/24 dev br-ex
ip link set br-ex up

exec "$supervisord" --nodaemon --configuration /run/lab/etc/supervisord.conf
